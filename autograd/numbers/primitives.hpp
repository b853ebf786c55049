#pragma once

#include <autograd/numbers/lane.hpp>

#include <cmath>
#include <numbers>

// The primitive functions: value on lanes, and partial derivatives in terms of the value y and the operand x.

namespace wengert::primitives {

struct Exp {
  static constexpr const char* name = "exp";
  template <class L>
  static L value(const L& x) {
    return xsimd::exp(x.batch);
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
    return xsimd::log(x.batch);
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
    return xsimd::log1p(x.batch);
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
    return xsimd::expm1(x.batch);
  }
  template <int, class N>
  static N derivative(const N& y, const N&) {
    return y + 1.0;
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
  static N derivative(const N& y, const N&) {
    return -0.5 * (y * y * y);
  }
};

struct Abs {
  static constexpr const char* name = "abs";
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
  template <class L>
  static L value(const L& x) {
    return where(x > 0.0, 1.0, where(x < 0.0, -1.0, x));
  }
  template <int, class N>
  static N derivative(const N&, const N&) {
    return N(0.0);
  }
};

struct Tanh {
  static constexpr const char* name = "tanh";
  template <class L>
  static L value(const L& x) {
    return xsimd::tanh(x.batch);
  }
  template <int, class N>
  static N derivative(const N& y, const N&) {
    return 1.0 - y * y;
  }
};

/// 1 / (1 + exp(-x)).
struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  template <class L>
  static L value(const L& x) {
    return 1.0 / (1.0 + L(xsimd::exp(-x.batch)));
  }
  template <int, class N>
  static N derivative(const N& y, const N&) {
    return y * (1.0 - y);
  }
};

/// log(1 + exp(x)), computed as max(x, 0) + log1p(exp(-|x|)) so that it does not overflow.
struct Softplus {
  static constexpr const char* name = "softplus";
  template <class L>
  static L value(const L& x) {
    const L tail = xsimd::log1p(xsimd::exp(-xsimd::abs(x.batch)));
    return where(x <= 0.0, 0.0, x) + tail;
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return sigmoid(x);
  }
};

struct Erf {
  static constexpr const char* name = "erf";
  template <class L>
  static L value(const L& x) {
    const L y = xsimd::erf(x.batch);
    return where(x > 6.0, 1.0, where(x < -6.0, -1.0, y));  // xsimd overflows far out
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return 2.0 * std::numbers::inv_sqrtpi * exp(-(x * x));
  }
};

struct Sin {
  static constexpr const char* name = "sin";
  template <class L>
  static L value(const L& x) {
    return xsimd::sin(x.batch);
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
    return xsimd::cos(x.batch);
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
    if constexpr (I == 0) return where(equal(exponent, N(0.0)), N(0.0), exponent * pow(base, exponent - 1.0));
    else return where(equal(base, N(0.0)), N(0.0), y * log(base));
  }
};

/// The larger operand, NaN if one is NaN; equal operands share the derivative.
struct Maximum {
  static constexpr const char* name = "maximum";
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
