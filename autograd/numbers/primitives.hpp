#pragma once

#include <autograd/numbers/chain_rule.hpp>
#include <autograd/numbers/lanes/error_function.hpp>
#include <autograd/numbers/lanes/trigonometric.hpp>

#include <cmath>
#include <numbers>

// The primitive functions: value on lanes, and partial derivatives in terms of the value y and the operand x. A
// derivative such as 1 - y² loses all digits where y is nearly 1; there numbers use a function of the small side, and
// only print says 1 - y².

namespace wengert::primitives {

struct Exp {
  static constexpr const char* name = "exp";
  template <class L>
  static L value(const L& x) {
    return lanes::exp(x);
  }
  template <int, class N>
  static N derivative(const N& y, const N&) {
    return y;
  }
};

struct Log {
  static constexpr const char* name = "log";
  template <class L>
  static L value(const L& x) {
    return lanes::log(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return 1.0 / x;
  }
};

struct Log1p {
  static constexpr const char* name = "log1p";
  template <class L>
  static L value(const L& x) {
    return lanes::log1p(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return 1.0 / (1.0 + x);
  }
};

struct Expm1 {
  static constexpr const char* name = "expm1";
  template <class L>
  static L value(const L& x) {
    return lanes::expm1(x);
  }
  template <int, class N>
  static N derivative(const N& y, const N& x) {
    if constexpr (is_symbol<N>) return y + 1.0;
    else return exp(x);
  }
};

struct Sqrt {
  static constexpr const char* name = "sqrt";
  template <class L>
  static L value(const L& x) {
    return xsimd::sqrt(x.batch);
  }
  template <int, class N>
  static N derivative(const N& y, const N&) {
    return 0.5 / y;
  }
};

struct Rsqrt {
  static constexpr const char* name = "rsqrt";
  template <class L>
  static L value(const L& x) {
    return 1.0 / L(xsimd::sqrt(x.batch));
  }
  template <int, class N>
  static N derivative(const N& y, const N& x) {
    if constexpr (is_symbol<N>) return -0.5 * (y * y * y);
    else return -0.5 * (y / x);
  }
};

struct Abs {
  static constexpr const char* name = "abs";
  static constexpr bool chooses = true;
  template <class L>
  static L value(const L& x) {
    return xsimd::abs(x.batch);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return sign(x);
  }
};

/// -1, 0 or 1; the derivative is 0 everywhere, also at the jump.
struct Sign {
  static constexpr const char* name = "sign";
  static constexpr bool chooses = true;
  template <class L>
  static L value(const L& x) {
    return where(x > 0.0, 1.0, where(x < 0.0, -1.0, x));
  }
  template <int, class N>
  static N derivative(const N&, const N&) {
    return N(0.0);
  }
};

/// sigmoid(x) · (1 - sigmoid(x)), the slope of the sigmoid, with all digits on both sides.
struct SigmoidSlope {
  static constexpr const char* name = "sigmoid_slope";
  static constexpr bool chooses = true;  // far out, where it is 0, nothing is taken
  template <class L>
  static L value(const L& x) {
    return lanes::sigmoid_slope(x);
  }
  static Symbol symbol(const Symbol& x) {
    const Symbol y = Symbol::call("sigmoid", {x});
    return y * (1.0 - y);
  }
  template <int, class N>
  static N derivative(const N& y, const N& x) {
    return -(y * tanh(0.5 * x));
  }
};

struct Tanh {
  static constexpr const char* name = "tanh";
  template <class L>
  static L value(const L& x) {
    return lanes::tanh(x);
  }
  template <int, class N>
  static N derivative(const N& y, const N& x) {
    if constexpr (is_symbol<N>) return 1.0 - y * y;
    else return 4.0 * sigmoid_slope(2.0 * x);
  }
};

/// 1 / (1 + exp(-x)).
struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  template <class L>
  static L value(const L& x) {
    return lanes::sigmoid(x);
  }
  template <int, class N>
  static N derivative(const N& y, const N& x) {
    if constexpr (is_symbol<N>) return y * (1.0 - y);
    else return sigmoid_slope(x);
  }
};

/// log(1 + exp(x)) without overflow.
struct Softplus {
  static constexpr const char* name = "softplus";
  template <class L>
  static L value(const L& x) {
    return lanes::softplus(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return sigmoid(x);
  }
};

/// exp(-x²), with the digits that x² loses.
struct Gaussian {
  static constexpr const char* name = "gaussian";
  static constexpr bool chooses = true;  // far out, where it is 0, nothing is taken
  template <class L>
  static L value(const L& x) {
    return lanes::gaussian(x, 1.0, L(1.0));
  }
  static Symbol symbol(const Symbol& x) { return Symbol::call("exp", {-(x * x)}); }
  template <int, class N>
  static N derivative(const N& y, const N& x) {
    return -2.0 * gate(y, x);
  }
};

struct Erf {
  static constexpr const char* name = "erf";
  template <class L>
  static L value(const L& x) {
    return lanes::erf(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return 2.0 * std::numbers::inv_sqrtpi * gaussian(x);
  }
};

/// The density of the normal distribution, exp(-x² / 2) / sqrt(2 pi).
struct NormalDensity {
  static constexpr const char* name = "normal_density";
  static constexpr bool chooses = true;  // far out, where it is 0, nothing is taken
  template <class L>
  static L value(const L& x) {
    return lanes::gaussian(x, 0.5, L(lanes::density_at_0));
  }
  static Symbol symbol(const Symbol& x) { return lanes::density_at_0 * Symbol::call("exp", {-0.5 * (x * x)}); }
  template <int, class N>
  static N derivative(const N& y, const N& x) {
    return -gate(y, x);
  }
};

/// The normal distribution's P(X <= x) = (1 + erf(x / sqrt(2))) / 2, with all digits where it is small.
struct NormalCdf {
  static constexpr const char* name = "normal_cdf";
  template <class L>
  static L value(const L& x) {
    return lanes::normal_cdf(x);
  }
  static Symbol symbol(const Symbol& x) { return 0.5 * (1.0 + Symbol::call("erf", {x * (1.0 / std::numbers::sqrt2)})); }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return normal_density(x);
  }
};

/// sigmoid(x) + x · sigmoid_slope(x), the slope of silu.
struct SiluSlope {
  static constexpr const char* name = "silu_slope";
  static constexpr bool chooses = true;  // far out, where it is 0, nothing is taken
  template <class L>
  static L value(const L& x) {
    return lanes::silu_slope(x);
  }
  static Symbol symbol(const Symbol& x) { return Symbol::call("sigmoid", {x}) + x * SigmoidSlope::symbol(x); }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return gate(sigmoid_slope(x), 2.0 - x * tanh(0.5 * x));
  }
};

/// x · sigmoid(x).
struct Silu {
  static constexpr const char* name = "silu";
  static constexpr bool chooses = true;  // far out, where it is 0, nothing is taken
  template <class L>
  static L value(const L& x) {
    return lanes::silu(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return silu_slope(x);
  }
};

/// normal_cdf(x) + x · normal_density(x), the slope of gelu.
struct GeluSlope {
  static constexpr const char* name = "gelu_slope";
  static constexpr bool chooses = true;  // far out, where it is 0, nothing is taken
  template <class L>
  static L value(const L& x) {
    return lanes::gelu_slope(x);
  }
  static Symbol symbol(const Symbol& x) { return NormalCdf::symbol(x) + x * NormalDensity::symbol(x); }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return gate(normal_density(x), 2.0 - x * x);
  }
};

/// x · normal_cdf(x).
struct Gelu {
  static constexpr const char* name = "gelu";
  static constexpr bool chooses = true;  // far out, where it is 0, nothing is taken
  template <class L>
  static L value(const L& x) {
    return lanes::gelu(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return gelu_slope(x);
  }
};

struct Sin {
  static constexpr const char* name = "sin";
  template <class L>
  static L value(const L& x) {
    return lanes::sin(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return cos(x);
  }
};

struct Cos {
  static constexpr const char* name = "cos";
  template <class L>
  static L value(const L& x) {
    return lanes::cos(x);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return -sin(x);
  }
};

/// base^exponent by the standard library, element by element: xsimd's is wrong at 0 and infinity. The derivative with
/// respect to the base is 0 for an exponent of 0, and that with respect to the exponent is 0 for a base of 0.
struct Pow {
  static constexpr const char* name = "pow";
  template <class T, class A>
  static Lane<T, A> value(const Lane<T, A>& base, const Lane<T, A>& exponent) {
    std::array<T, static_cast<std::size_t>(Lane<T, A>::width)> x;
    std::array<T, x.size()> y;
    base.store(x.data());
    exponent.store(y.data());
    std::transform(x.begin(), x.end(), y.begin(), x.begin(), [](T b, T e) { return std::pow(b, e); });
    return Lane<T, A>::load(x.data());
  }
  template <int I, class N>
  static N derivative(const N& y, const N& base, const N& exponent) {
    if constexpr (I == 1) return where(equal(base, N(0.0)), N(0.0), y * log(base));
    else if constexpr (is_symbol<N>)
      return where(equal(exponent, N(0.0)), N(0.0), exponent * pow(base, exponent - 1.0));
    else return gate(exponent, pow(base, exponent - 1.0));  // a choice would lose its derivative by an exponent of 0
  }
};

/// The larger operand, NaN if one is NaN; equal operands share the derivative.
struct Maximum {
  static constexpr const char* name = "maximum";
  static constexpr bool chooses = true;
  template <class L>
  static L value(const L& a, const L& b) {
    return where(a > b, a, where(equal(a, a), b, a));
  }
  template <int I, class N>
  static N derivative(const N&, const N& a, const N& b) {
    if constexpr (I == 0) return where(a > b, N(1.0), where(equal(a, b), N(0.5), N(0.0)));
    else return where(b > a, N(1.0), where(equal(a, b), N(0.5), N(0.0)));
  }
};

/// The smaller operand, NaN if one is NaN; equal operands share the derivative.
struct Minimum {
  static constexpr const char* name = "minimum";
  static constexpr bool chooses = true;
  template <class L>
  static L value(const L& a, const L& b) {
    return where(a < b, a, where(equal(a, a), b, a));
  }
  template <int I, class N>
  static N derivative(const N&, const N& a, const N& b) {
    if constexpr (I == 0) return where(a < b, N(1.0), where(equal(a, b), N(0.5), N(0.0)));
    else return where(b < a, N(1.0), where(equal(a, b), N(0.5), N(0.0)));
  }
};

}  // namespace wengert::primitives
