#pragma once

#include <nn/init.hpp>
#include <nn/layers/input_shape.hpp>
#include <nn/module.hpp>

namespace wengert::nn {

struct LinearOptions {
  bool bias = true;
  Initialiser weight_initialiser = init::torch_default();
  Initialiser bias_initialiser = init::torch_default();

  /// PyTorch's defaults, which are also ours: weight and bias uniform in ±1/sqrt(in).
  static LinearOptions torch() { return {}; }
  /// Those of Keras's Dense: weights as `init::glorot_uniform`, biases zero.
  static LinearOptions keras();
};

/// The affine map y = x Wᵀ + b, which Keras calls Dense: x (N, in) -> y (N, out), with `weight` W (out, in) and `bias`
/// b (out), which start as the options say.
template <class T = float>
class Linear final : public Module<T> {
 public:
  /// Draws the weight, then the bias. Throws an Error if a number of features is zero or an initialiser makes no sense.
  Linear(std::size_t in_features, std::size_t out_features, Generator& generator, const LinearOptions& options = {});

  /// Throws an Error unless x has two axes or more, of which the last has `in_features`.
  Var<T> forward(const Var<T>& x) override;
  Parts<T> parts() override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override;

  const Var<T>& weight() const& { return weight_; }
  Var<T> weight() && { return weight_; }
  /// Empty if the options left it out.
  const std::optional<Var<T>>& bias() const& { return bias_; }
  std::optional<Var<T>> bias() && { return bias_; }

 private:
  void check(const InputShape& input) const;

  Var<T> weight_;
  std::optional<Var<T>> bias_;
};

}  // namespace wengert::nn
