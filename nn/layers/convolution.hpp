#pragma once

#include <autograd/operations/convolution.hpp>
#include <nn/init.hpp>
#include <nn/layers/input_shape.hpp>
#include <nn/module.hpp>

namespace wengert::nn {

struct ConvOptions {
  Size2d stride = 1;
  Padding2d padding = 0;  ///< numbers, Padding::same or Padding::valid
  Size2d dilation = 1;
  std::size_t groups = 1;
  bool bias = true;
  Activation activation = Activation::none;  ///< Activation::relu is computed in the same pass
  Initialiser weight_initialiser = init::torch_default();
  Initialiser bias_initialiser = init::torch_default();

  /// PyTorch's defaults, which are also ours: weight and bias uniform in ±1/sqrt(in), where in = C kH kW / groups.
  static ConvOptions torch() { return {}; }
  /// Those of Keras's Conv2D: weights as `init::glorot_uniform`, biases zero.
  static ConvOptions keras();
};

/// What Conv1d and Conv2d have in common: `weight` W (O, C / groups, taps) and `bias` b (O).
template <class T = float>
class Convolution : public Module<T> {
 public:
  Parts<T> parts() final;

  const Var<T>& weight() const& { return weight_; }
  Var<T> weight() && { return weight_; }
  /// Empty if the options left it out.
  const std::optional<Var<T>>& bias() const& { return bias_; }
  std::optional<Var<T>> bias() && { return bias_; }
  const ConvOptions& options() const& { return options_; }
  ConvOptions options() && { return options_; }

 protected:
  Convolution(std::string_view layer, const Shape& weight, Generator& generator, const ConvOptions& options);

  /// What the operation is called with.
  ConvolutionOptions<T> operation_options() const;

 private:
  ConvOptions options_;
  Var<T> weight_;
  std::optional<Var<T>> bias_;
};

/// The convolution y = W ⋆ x + b over planes: x (N, C, H, W) -> y (N, O, H', W'), with `weight` W (O, C / groups, kH,
/// kW) and `bias` b (O); see `conv2d`. It is Keras's Conv2D, whose `activation` it takes as an option.
template <class T = float>
class Conv2d final : public Convolution<T> {
 public:
  /// Draws the weight, then the bias. Throws an Error if there is no channel, the groups do not divide the channels, or
  /// an initialiser makes no sense.
  Conv2d(std::size_t in_channels, std::size_t out_channels, Size2d kernel_size, Generator& generator,
         const ConvOptions& options = {});

  /// Throws an Error unless x is (N, C, H, W) with the layer's channels and a padded plane that holds the window.
  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override;
};

/// The same along one axis: x (N, C, L) -> y (N, O, L'), with `weight` W (O, C / groups, k). Of the options it reads
/// what is along the width.
template <class T = float>
class Conv1d final : public Convolution<T> {
 public:
  /// As Conv2d does.
  Conv1d(std::size_t in_channels, std::size_t out_channels, std::size_t kernel_size, Generator& generator,
         const ConvOptions& options = {});

  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override;
};

extern template class Convolution<float>;
extern template class Convolution<double>;
extern template class Conv2d<float>;
extern template class Conv2d<double>;
extern template class Conv1d<float>;
extern template class Conv1d<double>;

}  // namespace wengert::nn
