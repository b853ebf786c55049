#pragma once

#include <autograd/numbers/lanes/exponential.hpp>

namespace wengert::lanes {

/// exp(-factor · x²), where factor is 1 or 1/2, with the digits that x² loses.
template <class T, class A>
Lane<T, A> gaussian(const Lane<T, A>& x, double factor) {
  using L = Lane<T, A>;
  const L a = limited(x, 50.0);
  const L shifted = a * (std::same_as<T, float> ? 0x1p12 + 1.0 : 0x1p27 + 1.0);
  const L high = shifted - (shifted - a);  // half of the digits, so that its square is exact (Veltkamp 1968)
  return exp_of_sum(-factor * (high * high), -factor * ((a - high) * (a + high)));
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
  const L tail = 1.0 - scaled_erfc(a) * gaussian(a, 1.0);
  const L core = multiply_add(x, polynomial(Coefficients<T>::erf_core, x * x), x);
  return where(a < 1.0, core, where(x < 0.0, -tail, tail));
}

/// The normal distribution's P(X <= x) = erfc(-x / sqrt(2)) / 2.
template <class T, class A>
Lane<T, A> normal_cdf(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  const L a = limited(magnitude(x), 50.0);
  const L small_side = 0.5 * scaled_erfc(a * 0.70710678118654752) * gaussian(a, 0.5);
  return where(x < 0.0, small_side, 1.0 - small_side);
}

}  // namespace wengert::lanes
