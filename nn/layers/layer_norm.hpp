#pragma once

#include <nn/layers/input_shape.hpp>
#include <nn/layers/normalisation.hpp>

namespace wengert::nn {

struct LayerNormOptions {
  double epsilon = 1e-5;  ///< added to the variance inside the root; Keras's is 1e-3
  bool affine = true;     ///< whether γ and β are trained; 1 and 0 if not
};

/// Layer normalisation (Ba, Kiros and Hinton 2016, equation 4) over the last axes, those of `normalised_shape`:
///   y = γ · (x - μ) / sqrt(σ² + ε) + β
/// with the mean and the biased variance of each sample; `weight` γ and `bias` β have the normalised shape.
/// x (..., D) -> y (..., D) for a normalised shape (D). Training and evaluation are the same.
template <class T = float>
class LayerNorm final : public Module<T> {
 public:
  /// Throws an Error unless two elements or more are normalised together and epsilon is positive and finite.
  explicit LayerNorm(const Shape& normalised_shape, const LayerNormOptions& options = {});
  explicit LayerNorm(std::size_t features, const LayerNormOptions& options = {})
      : LayerNorm(Shape{features}, options) {}

  /// Throws an Error unless the last extents of x are the normalised shape.
  Var<T> forward(const Var<T>& x) override;
  Parts<T> parts() override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override {
    return std::make_unique<LayerNorm>(weight().shape(), options_);
  }

  const Var<T>& weight() const& { return affine_.weight; }
  Var<T> weight() && { return affine_.weight; }
  const Var<T>& bias() const& { return affine_.bias; }
  Var<T> bias() && { return affine_.bias; }

 private:
  void check(const InputShape& input) const;

  LayerNormOptions options_;
  Affine<T> affine_;
  Axes axes_;  ///< from the last
};

}  // namespace wengert::nn
