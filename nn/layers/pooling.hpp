#pragma once

#include <autograd/operations/pooling.hpp>
#include <nn/module.hpp>

namespace wengert::nn {

/// The largest element below each window: (N, C, H, W) -> (N, C, H', W'); see `max_pool2d`. The stride is that of the
/// window unless given.
template <class T = float>
class MaxPool2d final : public Module<T> {
 public:
  /// Throws an Error if a window or a stride is zero, or a window could lie in the padding alone.
  explicit MaxPool2d(Size2d kernel_size, const PoolOptions& options = {});

  /// Throws an Error unless x has four axes and a padded plane that holds the window.
  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<MaxPool2d>(kernel_size_, options_); }

  Size2d kernel_size() const { return kernel_size_; }
  const PoolOptions& options() const& { return options_; }
  PoolOptions options() && { return options_; }

 private:
  Size2d kernel_size_;
  PoolOptions options_;
};

/// The mean of the elements below each window, likewise; see `avg_pool2d`.
template <class T = float>
class AvgPool2d final : public Module<T> {
 public:
  /// As MaxPool2d does.
  explicit AvgPool2d(Size2d kernel_size, const AvgPoolOptions& options = {});

  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<AvgPool2d>(kernel_size_, options_); }

  Size2d kernel_size() const { return kernel_size_; }
  const AvgPoolOptions& options() const& { return options_; }
  AvgPoolOptions options() && { return options_; }

 private:
  Size2d kernel_size_;
  AvgPoolOptions options_;
};

/// The mean of every plane, whatever its extents: (N, C, H, W) -> (N, C, 1, 1). Keras calls it GlobalAveragePooling2D.
template <class T = float>
class AdaptiveAvgPool2d final : public Module<T> {
 public:
  /// Throws an Error for other planes than one by one, which are not implemented.
  explicit AdaptiveAvgPool2d(Size2d output_size);

  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<AdaptiveAvgPool2d>(1); }
};

extern template class MaxPool2d<float>;
extern template class MaxPool2d<double>;
extern template class AvgPool2d<float>;
extern template class AvgPool2d<double>;
extern template class AdaptiveAvgPool2d<float>;
extern template class AdaptiveAvgPool2d<double>;

}  // namespace wengert::nn
