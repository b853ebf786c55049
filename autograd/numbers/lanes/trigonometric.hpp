#pragma once

#include <autograd/numbers/lanes/arithmetic.hpp>
#include <autograd/numbers/lanes/coefficients.hpp>

#include <cmath>

namespace wengert::lanes {

/// pi / 2 in four parts, of which the first three times a quadrant are exact, up to a largest angle.
template <class T>
struct HalfPi;
template <>
struct HalfPi<double> {
  static constexpr std::array<double, 4> part{0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2ep-69,
                                              0x1.b839a252049c1p-104};
  static constexpr double largest = 1e5;
};
template <>
struct HalfPi<float> {
  static constexpr std::array<double, 4> part{0x1.92p+0, 0x1.fb4p-12, 0x1.444p-24, 0x1.68c234p-39};
  static constexpr double largest = 8192.0;
};

/// x = quadrant · pi / 2 + angle + rest with |angle| <= pi / 4, where the rest is the rounding error of the angle.
template <class L>
struct Angle {
  L quadrant;
  L angle;
  L rest;
};
template <class T, class A>
Angle<Lane<T, A>> angle_of(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  const auto& part = HalfPi<T>::part;
  const L k = nearest(x, 0.63661977236758134);
  L angle = x - k * part[0];
  L rest = 0.0;
  for (std::size_t i = 1; i < 4; ++i) {
    const L step = k * part[i];
    const L next = angle - step;
    rest = rest + ((angle - (next + (angle - next))) - (step - (angle - next)));
    angle = next;
  }
  return {k - 4.0 * nearest(k - 1.5, 0.25), angle, rest};
}

/// sin(angle + rest) and cos(angle + rest).
template <class L>
L sin_of(const Angle<L>& x) {
  const L z = x.angle * x.angle;
  const L tail = x.angle * z * polynomial(Coefficients<typename L::Element>::sin_tail, z);
  return x.angle + (tail + x.rest * (1.0 - 0.5 * z));
}
template <class L>
L cos_of(const Angle<L>& x) {
  const L z = x.angle * x.angle;
  const L tail = z * z * polynomial(Coefficients<typename L::Element>::cos_tail, z);
  const L half = 0.5 * z;
  const L head = 1.0 - half;
  return head + (((1.0 - head) - half) + (tail - x.angle * x.rest));
}

/// y, and where the angle is too large for it the standard library's function, element by element.
template <class T, class A, class F>
Lane<T, A> with_large_angles(const Lane<T, A>& x, const Lane<T, A>& y, const F& function) {
  const auto is_small = magnitude(x) <= HalfPi<T>::largest;
  if (all(is_small)) return y;
  std::array<T, static_cast<std::size_t>(Lane<T, A>::width)> elements;
  x.store(elements.data());
  std::transform(elements.begin(), elements.end(), elements.begin(), function);
  return where(is_small, y, Lane<T, A>::load(elements.data()));
}

template <class T, class A>
Lane<T, A> sin(const Lane<T, A>& x) {
  const auto angle = angle_of(x);
  const auto is_odd = equal(angle.quadrant, 1.0) || equal(angle.quadrant, 3.0);
  const Lane<T, A> y = where(is_odd, cos_of(angle), sin_of(angle));
  const Lane<T, A> turned = where(angle.quadrant >= 2.0, -y, y);
  return with_large_angles(x, where(equal(x, 0.0), x, turned), [](T a) { return std::sin(a); });
}

template <class T, class A>
Lane<T, A> cos(const Lane<T, A>& x) {
  const auto angle = angle_of(x);
  const auto is_odd = equal(angle.quadrant, 1.0) || equal(angle.quadrant, 3.0);
  const Lane<T, A> y = where(is_odd, sin_of(angle), cos_of(angle));
  const auto is_turned = equal(angle.quadrant, 1.0) || equal(angle.quadrant, 2.0);
  return with_large_angles(x, where(is_turned, -y, y), [](T a) { return std::cos(a); });
}

}  // namespace wengert::lanes
