#pragma once

#include <autograd/numbers/lanes/arithmetic.hpp>
#include <autograd/numbers/lanes/coefficients.hpp>

#include <limits>

// exp, log and what follows from them, over the whole range of the elements, subnormal numbers included. Each is right
// to a few units in the last place; docs/reference/accuracy.md has the figures.

namespace wengert::lanes {

/// ln 2 = high + low, where high · k is exact for every exponent k.
template <class T>
struct Ln2;
template <>
struct Ln2<double> {
  static constexpr double high = 0x1.62e42feep-1;
  static constexpr double low = 0x1.a39ef35793c76p-33;
};
template <>
struct Ln2<float> {
  static constexpr double high = 0x1.63p-1;
  static constexpr double low = -0x1.bd0106p-13;
};

/// x = k · ln 2 + r with a whole k and |r| <= ln(2) / 2.
template <class L>
struct Reduced {
  L k;
  L r;
};
template <class T, class A>
Reduced<Lane<T, A>> reduced(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  const L k = nearest(x, 1.4426950408889634);
  return {k, multiply_add(-k, L(Ln2<T>::low), multiply_add(-k, L(Ln2<T>::high), x))};
}

/// Beyond `usual` exp may be subnormal or overflow; beyond `largest` it is 0 or infinite.
template <class T>
struct ExpRange;
template <>
struct ExpRange<double> {
  static constexpr double usual = 708.0;
  static constexpr double largest = 760.0;
};
template <>
struct ExpRange<float> {
  static constexpr double usual = 87.0;
  static constexpr double largest = 110.0;
};

template <class T, class A>
bool is_usual(const Lane<T, A>& x) {
  return all(magnitude(x) <= ExpRange<T>::usual);
}

/// exp(r) - 1 for |r| <= ln(2) / 2.
template <class T, class A>
Lane<T, A> expm1_core(const Lane<T, A>& r) {
  return multiply_add(r * r, polynomial(Coefficients<T>::exp_tail, r), r);
}

/// factor · exp(high + low) beyond the usual range, rounded to a subnormal number once. Such lanes are rare: a function
/// of its own keeps them out of the loops.
template <class T, class A>
[[gnu::cold, gnu::noinline]] Lane<T, A> exp_at_limits(const Lane<T, A>& factor, const Lane<T, A>& high,
                                                      const Lane<T, A>& low) {
  const auto [k, r] = reduced(limited(high, ExpRange<T>::largest));
  const Lane<T, A> half = nearest(k, 0.5);
  return factor * (1.0 + expm1_core(r + low)) * power_of_two(half) * power_of_two(k - half);
}

/// factor · exp(high + low), where low is so small that it changes the last digits only.
template <class T, class A>
Lane<T, A> times_exp(const Lane<T, A>& factor, const Lane<T, A>& high, const Lane<T, A>& low) {
  if (!is_usual(high)) return exp_at_limits(factor, high, low);
  const auto [k, r] = reduced(high);
  return factor * (1.0 + expm1_core(r + low)) * power_of_two(k);
}

template <class T, class A>
Lane<T, A> exp(const Lane<T, A>& x) {
  if (!is_usual(x)) return exp_at_limits(Lane<T, A>(1.0), x, Lane<T, A>(0.0));
  const auto [k, r] = reduced(x);
  return (1.0 + expm1_core(r)) * power_of_two(k);
}

/// exp(x) - 1 beyond the usual range of exp.
template <class T, class A>
[[gnu::cold, gnu::noinline]] Lane<T, A> expm1_at_limits(const Lane<T, A>& x) {
  const auto [k, r] = reduced(where(x < -60.0, -60.0, limited(x, ExpRange<T>::largest)));
  const Lane<T, A> half = nearest(k, 0.5);
  const Lane<T, A> scale = power_of_two(k - half);  // 2^k may overflow where the result does not
  return multiply_add(scale, expm1_core(r), scale - power_of_two(-half)) * power_of_two(half);
}

/// exp(x) - 1 as 2^k (exp(r) - 1) + (2^k - 1).
template <class T, class A>
Lane<T, A> expm1(const Lane<T, A>& x) {
  if (!is_usual(x)) return where(equal(x, 0.0), x, expm1_at_limits(x));
  const auto [k, r] = reduced(x);
  const Lane<T, A> scale = power_of_two(k);
  return where(equal(x, 0.0), x, multiply_add(scale, expm1_core(r), scale - 1.0));
}

/// log(fraction · 2^exponent) + correction, for a fraction between sqrt(1/2) and sqrt(2).
template <class T, class A>
Lane<T, A> log_of_parts(const Parts<Lane<T, A>>& x, const Lane<T, A>& correction) {
  using L = Lane<T, A>;
  const L f = x.fraction - 1.0;
  const L s = f / (2.0 + f);
  const L z = s * s;
  const L tail = z * polynomial(Coefficients<T>::log_tail, z);
  const L half_square = 0.5 * f * f;  // 2 atanh(s) = f - f²/2 + s (f²/2 + tail)
  const L low = multiply_add(x.exponent, L(Ln2<T>::low), correction);
  return multiply_add(x.exponent, L(Ln2<T>::high), f - (half_square - multiply_add(s, half_square + tail, low)));
}

/// What a logarithm is where its operand is not positive and finite.
template <class T, class A>
Lane<T, A> log_or_limit(const Lane<T, A>& operand, const Lane<T, A>& y) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const Lane<T, A> end = where(equal(operand, 0.0), -infinity, where(equal(operand, infinity), infinity, nan));
  return where(operand > 0.0 && operand < infinity, y, end);
}

template <class T, class A>
Lane<T, A> log(const Lane<T, A>& x) {
  return log_or_limit(x, log_of_parts(parts_of(x), Lane<T, A>(0.0)));
}

/// log(1 + x).
template <class T, class A>
Lane<T, A> log1p(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  const L u = 1.0 + x;
  const L lost = where(x < 1.0, x - (u - 1.0), 1.0 - (u - x));  // 1 + x = u + lost exactly
  const L y = log_or_limit(u, log_of_parts(parts_of(u), lost / u));
  return where(equal(x, 0.0), x, y);
}

/// 1 / (1 + exp(-x)) from exp(-|x|), which does not overflow.
template <class T, class A>
Lane<T, A> sigmoid(const Lane<T, A>& x) {
  const Lane<T, A> e = exp(-magnitude(x));
  return where(x < 0.0, e, 1.0) / (1.0 + e);
}

/// The slope of the sigmoid, sigmoid(x) · sigmoid(-x).
template <class T, class A>
Lane<T, A> sigmoid_slope(const Lane<T, A>& x) {
  const Lane<T, A> e = exp(-magnitude(x));
  const Lane<T, A> sum = 1.0 + e;
  return e / (sum * sum);
}

/// Far out, where exp(-|x|) is subnormal and 1 + exp(-|x|) is 1: factor · exp(x) below 0, and y elsewhere.
template <class T, class A>
Lane<T, A> with_tail(const Lane<T, A>& x, const Lane<T, A>& factor, const Lane<T, A>& y) {
  if (is_usual(x)) return y;
  return where(x < -ExpRange<T>::usual, exp_at_limits(factor, x, Lane<T, A>(0.0)), y);
}

/// x · sigmoid(x).
template <class T, class A>
Lane<T, A> silu(const Lane<T, A>& x) {
  const Lane<T, A> e = exp(-magnitude(x));
  return with_tail(x, limited(x, ExpRange<T>::largest), where(x < 0.0, x * e, x) / (1.0 + e));
}

/// The slope of silu, sigmoid(x) + x · sigmoid_slope(x).
template <class T, class A>
Lane<T, A> silu_slope(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  const L a = limited(magnitude(x), ExpRange<T>::largest);
  const L e = exp(-a), sum = 1.0 + e;
  const L right = multiply_add(e, 1.0 + a, L(1.0)), left = e * ((1.0 - a) + e);
  return with_tail(x, 1.0 - a, where(x < 0.0, left, right) / (sum * sum));
}

/// log(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)).
template <class T, class A>
Lane<T, A> softplus(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  const L e = exp(-magnitude(x));
  const L u = 1.0 + e;  // from 1 to 2
  const auto is_large = u > 1.4142135623730951;
  const Parts<L> parts{where(is_large, u * 0.5, u), where(is_large, L(1.0), L(0.0))};
  return where(x <= 0.0, 0.0, x) + log_of_parts(parts, e - (u - 1.0));
}

template <class T, class A>
Lane<T, A> tanh(const Lane<T, A>& x) {
  const Lane<T, A> t = expm1(-2.0 * magnitude(x));
  const Lane<T, A> y = -t / (t + 2.0);
  return where(equal(x, 0.0), x, where(x < 0.0, -y, y));
}

}  // namespace wengert::lanes
