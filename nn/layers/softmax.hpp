#pragma once

#include <nn/module.hpp>

namespace wengert::nn {

/// Probabilities along one axis, y = exp(x) / sum(exp(x)), without overflow, in the shape of x. A network that ends in
/// it is trained with `cross_entropy_from_probabilities`; `cross_entropy` wants the logits before it.
template <class T = float>
class Softmax final : public Module<T> {
 public:
  explicit Softmax(std::ptrdiff_t axis = -1) : axis_(axis) {}

  /// Throws an Error if x has no such axis.
  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<Softmax>(axis_); }

 private:
  std::ptrdiff_t axis_;
};

/// The logarithms of those probabilities, y = x - log(sum(exp(x))), likewise.
template <class T = float>
class LogSoftmax final : public Module<T> {
 public:
  explicit LogSoftmax(std::ptrdiff_t axis = -1) : axis_(axis) {}

  /// Throws an Error if x has no such axis.
  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<LogSoftmax>(axis_); }

 private:
  std::ptrdiff_t axis_;
};

}  // namespace wengert::nn
