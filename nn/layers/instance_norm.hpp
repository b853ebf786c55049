#pragma once

#include <nn/layers/input_shape.hpp>
#include <nn/layers/normalisation.hpp>

namespace wengert::nn {

struct InstanceNormOptions {
  double epsilon = 1e-5;  ///< added to the variance inside the root
  bool affine = false;    ///< whether γ and β are trained; 1 and 0 if not, which is PyTorch's default
};

/// Instance normalisation (Ulyanov, Vedaldi and Lempitsky 2016, equation 3) of inputs with channels on axis 1:
///   y = γ · (x - μ) / sqrt(σ² + ε) + β
/// with the mean and the biased variance of each sample's channel over its positions; `weight` γ (C) and `bias` β (C).
/// Training and evaluation are the same; there are no running statistics, as by PyTorch's default.
/// InstanceNorm1d and InstanceNorm2d say which shapes they take.
template <class T = float>
class InstanceNorm : public Module<T> {
 public:
  /// Throws an Error unless x has a shape that the layer takes, with two positions or more.
  Var<T> forward(const Var<T>& x) final;
  Parts<T> parts() final;
  Shape output_shape(const Shape& input) const final;

  std::size_t channels() const { return affine_.weight.size(); }
  const InstanceNormOptions& options() const& { return options_; }
  InstanceNormOptions options() && { return options_; }
  const Var<T>& weight() const& { return affine_.weight; }
  Var<T> weight() && { return affine_.weight; }
  const Var<T>& bias() const& { return affine_.bias; }
  Var<T> bias() && { return affine_.bias; }

 protected:
  /// Throws an Error in the name of the layer if there is no channel, or unless epsilon is positive and finite.
  InstanceNorm(std::string_view layer, std::size_t channels, const InstanceNormOptions& options);

 private:
  virtual ChannelShapes inputs() const = 0;
  void check(const InputShape& input) const;

  InstanceNormOptions options_;
  Affine<T> affine_;
};

/// Instance normalisation of (N, C, L); see InstanceNorm.
template <class T = float>
class InstanceNorm1d final : public InstanceNorm<T> {
 public:
  explicit InstanceNorm1d(std::size_t channels, const InstanceNormOptions& options = {})
      : InstanceNorm<T>("InstanceNorm1d", channels, options) {}
  std::unique_ptr<Module<T>> another() const override {
    return std::make_unique<InstanceNorm1d>(this->channels(), this->options());
  }

 private:
  ChannelShapes inputs() const override { return {this->channels(), 3, 3}; }
};

/// Instance normalisation of (N, C, H, W); see InstanceNorm.
template <class T = float>
class InstanceNorm2d final : public InstanceNorm<T> {
 public:
  explicit InstanceNorm2d(std::size_t channels, const InstanceNormOptions& options = {})
      : InstanceNorm<T>("InstanceNorm2d", channels, options) {}
  std::unique_ptr<Module<T>> another() const override {
    return std::make_unique<InstanceNorm2d>(this->channels(), this->options());
  }

 private:
  ChannelShapes inputs() const override { return {this->channels(), 4, 4}; }
};

}  // namespace wengert::nn
