#pragma once

#include <autograd/base/error.hpp>
#include <autograd/numbers/apply.hpp>
#include <autograd/numbers/primitives.hpp>

#include <cmath>
#include <numbers>
#include <tuple>

// Every elementwise function, for every kind of number: on Vars it is one entry on the tape; inside a formula for `map`
// it is part of that formula's one pass. To add a function write its formula (below) or its primitive (primitives.hpp),
// give it a name here, and add it to the list at the end.

namespace wengert {

/// x · s, and 0 where s is 0, whatever x is; print says x · s.
template <class S, class X>
auto gated(const S& s, const X& x) {
  if constexpr (is_symbolic<S> || is_symbolic<X>) return x * s;
  else return gate(s, x);
}

/// Functions that are formulas of others; their derivatives follow.
namespace formulas {

struct Square {
  static constexpr const char* name = "square";
  auto operator()(const auto& x) const { return x * x; }
};

/// x for x > 0 and 0 elsewhere, NaN for NaN; the derivative at 0 is 0.
struct Relu {
  static constexpr const char* name = "relu";
  auto operator()(const auto& x) const { return where(x <= 0.0, 0.0, x); }
};

struct LeakyRelu {
  static constexpr const char* name = "leaky_relu";
  double slope = 0.01;
  auto operator()(const auto& x) const { return where(x > 0.0, x, slope * x); }
};

struct Elu {
  static constexpr const char* name = "elu";
  double alpha = 1.0;
  auto operator()(const auto& x) const { return where(x > 0.0, x, alpha * expm1(x)); }
};

struct Clip {
  static constexpr const char* name = "clip";
  double low = 0.0;
  double high = 1.0;
  auto operator()(const auto& x) const { return where(x < low, low, where(x > high, high, x)); }
};

}  // namespace formulas

auto exp(const Number auto& x) { return apply(primitives::Exp{}, x); }
auto log(const Number auto& x) { return apply(primitives::Log{}, x); }
/// log(1 + x), accurate for small x.
auto log1p(const Number auto& x) { return apply(primitives::Log1p{}, x); }
/// exp(x) - 1, accurate for small x.
auto expm1(const Number auto& x) { return apply(primitives::Expm1{}, x); }
auto sqrt(const Number auto& x) { return apply(primitives::Sqrt{}, x); }
/// 1 / sqrt(x).
auto rsqrt(const Number auto& x) { return apply(primitives::Rsqrt{}, x); }
/// x².
auto square(const Number auto& x) { return apply(formulas::Square{}, x); }
/// |x|, with derivative 0 at 0.
auto abs(const Number auto& x) { return apply(primitives::Abs{}, x); }
/// -1, 0 or 1, with derivative 0.
auto sign(const Number auto& x) { return apply(primitives::Sign{}, x); }
auto tanh(const Number auto& x) { return apply(primitives::Tanh{}, x); }
/// 1 / (1 + exp(-x)).
auto sigmoid(const Number auto& x) { return apply(primitives::Sigmoid{}, x); }
/// The derivative of the sigmoid, sigmoid(x) * sigmoid(-x).
auto sigmoid_slope(const Number auto& x) { return apply(primitives::SigmoidSlope{}, x); }
/// log(1 + exp(x)) without overflow.
auto softplus(const Number auto& x) { return apply(primitives::Softplus{}, x); }
/// 2 / sqrt(pi) times the integral of exp(-t²) from 0 to x.
auto erf(const Number auto& x) { return apply(primitives::Erf{}, x); }
/// exp(-x²), also far out where x² loses digits that exp would need.
auto gaussian(const Number auto& x) { return apply(primitives::Gaussian{}, x); }
/// The density of the normal distribution, exp(-x² / 2) / sqrt(2 pi).
auto normal_density(const Number auto& x) { return apply(primitives::NormalDensity{}, x); }
/// The normal distribution's P(X <= x).
auto normal_cdf(const Number auto& x) { return apply(primitives::NormalCdf{}, x); }
auto sin(const Number auto& x) { return apply(primitives::Sin{}, x); }
auto cos(const Number auto& x) { return apply(primitives::Cos{}, x); }
/// max(x, 0), with derivative 0 at 0.
auto relu(const Number auto& x) { return apply(formulas::Relu{}, x); }
/// x * sigmoid(x) (Elfwing, Uchibe and Doya 2018; also called swish).
auto silu(const Number auto& x) { return apply(primitives::Silu{}, x); }
/// The derivative of silu.
auto silu_slope(const Number auto& x) { return apply(primitives::SiluSlope{}, x); }
/// x * (1 + erf(x / sqrt(2))) / 2 (Hendrycks and Gimpel 2016, the exact form).
auto gelu(const Number auto& x) { return apply(primitives::Gelu{}, x); }
/// The derivative of gelu.
auto gelu_slope(const Number auto& x) { return apply(primitives::GeluSlope{}, x); }
/// x for x > 0 and slope * x elsewhere. Throws an Error if the slope is not finite.
auto leaky_relu(const Number auto& x, double slope = 0.01) {
  require(std::isfinite(slope), "leaky_relu", "the slope is {}; expected a finite number, usually below 1", slope);
  return apply(formulas::LeakyRelu{slope}, x);
}
/// x for x > 0 and alpha * (exp(x) - 1) elsewhere (Clevert, Unterthiner and Hochreiter 2016, equation 15). Throws an
/// Error if alpha is not finite.
auto elu(const Number auto& x, double alpha = 1.0) {
  require(std::isfinite(alpha), "elu", "alpha is {}; expected a finite number, usually 1", alpha);
  return apply(formulas::Elu{alpha}, x);
}
/// min(max(x, low), high), with derivative 1 at both bounds. Throws an Error unless low <= high.
auto clip(const Number auto& x, double low, double high) {
  require(low <= high, "clip", "low is {} and high is {}; expected low <= high", low, high);
  return apply(formulas::Clip{low, high}, x);
}
/// base to the power of exponent.
template <class A, OperandBeside<A> B>
auto pow(const A& base, const B& exponent) {
  return apply_binary(primitives::Pow{}, base, exponent);
}
/// The larger of two numbers; equal ones share the derivative.
template <class A, OperandBeside<A> B>
auto maximum(const A& a, const B& b) {
  return apply_binary(primitives::Maximum{}, a, b);
}
/// The smaller of two numbers; equal ones share the derivative.
template <class A, OperandBeside<A> B>
auto minimum(const A& a, const B& b) {
  return apply_binary(primitives::Minimum{}, a, b);
}

/// The lists that the library compiles for Var<float> and Var<double>, and that the tests go through.
using UnaryFunctions =
    std::tuple<primitives::Exp, primitives::Log, primitives::Log1p, primitives::Expm1, primitives::Sqrt,
               primitives::Rsqrt, primitives::Abs, primitives::Sign, primitives::Tanh, primitives::Sigmoid,
               primitives::SigmoidSlope, primitives::Softplus, primitives::Erf, primitives::Gaussian,
               primitives::NormalDensity, primitives::NormalCdf, primitives::Silu, primitives::SiluSlope,
               primitives::Gelu, primitives::GeluSlope, primitives::Sin, primitives::Cos, formulas::Square,
               formulas::Relu, formulas::LeakyRelu, formulas::Elu, formulas::Clip>;
using BinaryFunctions = std::tuple<primitives::Pow, primitives::Maximum, primitives::Minimum>;

template <class F, class List>
inline constexpr bool is_one_of = false;
template <class F, class... Listed>
inline constexpr bool is_one_of<F, std::tuple<Listed...>> = (std::same_as<F, Listed> || ...);

/// Whether the library has compiled a function; any other is compiled where it is used.
template <class F>
concept Listed = is_one_of<F, UnaryFunctions> || is_one_of<F, BinaryFunctions>;

}  // namespace wengert
