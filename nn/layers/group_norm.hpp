#pragma once

#include <nn/layers/input_shape.hpp>
#include <nn/layers/normalisation.hpp>

namespace wengert::nn {

struct GroupNormOptions {
  double epsilon = 1e-5;  ///< added to the variance inside the root; Keras's is 1e-3
  bool affine = true;     ///< whether γ and β are trained; 1 and 0 if not
};

/// Group normalisation (Wu and He 2018, equations 1, 2, 6 and 7): the C channels fall into `groups` of C / groups
/// channels that follow each other, and
///   y = γ · (x - μ) / sqrt(σ² + ε) + β
/// with the mean and the biased variance of each sample's group; `weight` γ (C) and `bias` β (C).
/// x (N, C), (N, C, L), (N, C, H, W) or more -> y of the same shape. Training and evaluation are the same.
template <class T = float>
class GroupNorm final : public Module<T> {
 public:
  /// Throws an Error unless the channels fall into groups of one size and epsilon is positive and finite.
  GroupNorm(std::size_t groups, std::size_t channels, const GroupNormOptions& options = {});

  /// Throws an Error unless x has channels on axis 1, as many as there are, and two values or more a group.
  Var<T> forward(const Var<T>& x) override;
  Parts<T> parts() override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override {
    return std::make_unique<GroupNorm>(groups_, weight().size(), options_);
  }

  const Var<T>& weight() const& { return affine_.weight; }
  Var<T> weight() && { return affine_.weight; }
  const Var<T>& bias() const& { return affine_.bias; }
  Var<T> bias() && { return affine_.bias; }

 private:
  void check(const InputShape& input) const;

  std::size_t groups_;
  GroupNormOptions options_;
  Affine<T> affine_;
};

}  // namespace wengert::nn
