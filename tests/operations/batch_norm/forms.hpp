#pragma once

#include <autograd/operations/elementwise.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>

// Two more ways to write batch norm, which the library's one is compared with.

namespace wengert::batch_norm_forms {

/// γ or β in a shape that broadcasts against the statistics: the reduced axes at extent one.
template <class T>
Var<T> aligned(const Var<T>& parameter, const Var<T>& mu) {
  if (parameter.shape() == mu.shape()) return parameter;
  return reshape(parameter, mu.shape()).named(parameter.name());
}

/// The library's formula with plain operators: about ten entries, each intermediate there to be looked at.
template <class T>
BatchNormalised<T> batch_norm_by_operators(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                                           double epsilon) {
  const Var<T> mu = mean(x, axes, keep_dims).named("μ");
  const Var<T> centred = (x - mu).named("x_centred");
  const Var<T> var = mean(square(centred), axes, keep_dims).named("σ²");
  const Var<T> inverse = rsqrt(var + Constant{"ε", epsilon}).named("inverse_deviation");
  const Var<T> xhat = (centred * inverse).named("x̂");
  const Var<T> scaled = aligned(gamma, mu) * xhat;
  return {scaled + aligned(beta, mu), mu, var};
}

/// ε outside the root, y = γ · (x - μ) / (sqrt(σ²) + ε) + β: one line differs, and its gradient follows by itself.
template <class T>
BatchNormalised<T> batch_norm_epsilon_outside(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta,
                                              const Axes& axes, double epsilon) {
  const auto [mu, var, rest] = moments(x, axes);
  const auto formula = [eps = Constant{"ε", epsilon}](const auto& a, const auto& m, const auto& v, const auto& scale,
                                                      const auto& shift) {
    return scale * ((a - m) / (sqrt(v) + eps)) + shift;  // the line that differs
  };
  return {map("normalise", formula, x, mu, var, aligned(gamma, mu), aligned(beta, mu)), mu, var};
}

}  // namespace wengert::batch_norm_forms
