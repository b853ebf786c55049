#pragma once

#include <autograd/numbers/lanes/exponential.hpp>

#include <numbers>

namespace wengert::lanes {

/// The density of the normal distribution at 0, 1 / sqrt(2 pi).
inline constexpr double density_at_0 = std::numbers::inv_sqrtpi / std::numbers::sqrt2;

/// factor · exp(-rate · x²), where the rate is 1 or 1/2, with the digits that x² loses.
template <class T, class A>
Lane<T, A> gaussian(const Lane<T, A>& x, double rate, const Lane<T, A>& factor) {
  using L = Lane<T, A>;
  const L a = limited(x, 50.0);
  const L shifted = a * (std::same_as<T, float> ? 0x1p12 + 1.0 : 0x1p27 + 1.0);
  const L high = shifted - (shifted - a);  // half of the digits, so that its square is exact (Veltkamp 1968)
  return times_exp(factor, -rate * (high * high), -rate * ((a - high) * (a + high)));
}

/// exp(a²) erfc(a) for a >= 0.
template <class T, class A>
Lane<T, A> scaled_erfc(const Lane<T, A>& a) {
  return polynomial(Coefficients<T>::erfc_core, (a - 4.0) / (a + 4.0)) /
         multiply_add(a, Lane<T, A>(2.0), Lane<T, A>(1.0));
}

/// erf near 0 by its series, elsewhere as 1 - erfc.
template <class T, class A>
Lane<T, A> erf(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  const L a = limited(magnitude(x), 10.0);
  const L tail = 1.0 - gaussian(a, 1.0, scaled_erfc(a));
  const L core = multiply_add(x, polynomial(Coefficients<T>::erf_core, x * x), x);
  return where(a < 1.0, core, where(x < 0.0, -tail, tail));
}

/// P(X > a) / exp(-a² / 2) of the normal distribution, for a >= 0.
template <class T, class A>
Lane<T, A> scaled_normal_tail(const Lane<T, A>& a) {
  return 0.5 * scaled_erfc(a * (1.0 / std::numbers::sqrt2));
}

/// The normal distribution's P(X <= x) = erfc(-x / sqrt(2)) / 2.
template <class T, class A>
Lane<T, A> normal_cdf(const Lane<T, A>& x) {
  const Lane<T, A> a = limited(magnitude(x), 50.0);
  const Lane<T, A> tail = gaussian(a, 0.5, scaled_normal_tail(a));
  return where(x < 0.0, tail, 1.0 - tail);
}

/// x · normal_cdf(x).
template <class T, class A>
Lane<T, A> gelu(const Lane<T, A>& x) {
  const Lane<T, A> a = limited(magnitude(x), 50.0);
  const Lane<T, A> tail = gaussian(a, 0.5, a * scaled_normal_tail(a));
  return where(x < 0.0, -tail, x - tail);
}

/// The slope of gelu, normal_cdf(x) + x · normal_density(x).
template <class T, class A>
Lane<T, A> gelu_slope(const Lane<T, A>& x) {
  const Lane<T, A> a = limited(magnitude(x), 50.0);
  const Lane<T, A> tail = gaussian(a, 0.5, scaled_normal_tail(a) - density_at_0 * a);
  return where(x < 0.0, tail, 1.0 - tail);
}

}  // namespace wengert::lanes
