#pragma once

#include <autograd/numbers/lane.hpp>

#include <cstdint>
#include <limits>
#include <utility>

// What the functions on lanes are built from.

namespace wengert::lanes {

/// a · b + c, rounded once where the processor has an instruction for it.
template <class T, class A>
Lane<T, A> multiply_add(const Lane<T, A>& a, const Lane<T, A>& b, const Lane<T, A>& c) {
  return xsimd::fma(a.batch, b.batch, c.batch);
}

/// Whether all elements fulfil the condition. What follows from it may change the time, but not the result.
template <class T, class A>
bool all(const LaneMask<T, A>& mask) {
  return xsimd::all(mask.bits);
}

template <class T, class A>
Lane<T, A> magnitude(const Lane<T, A>& x) {
  return xsimd::abs(x.batch);
}

/// x within ±limit; NaN stays NaN.
template <class T, class A>
Lane<T, A> limited(const Lane<T, A>& x, double limit) {
  return where(x > limit, limit, where(x < -limit, -limit, x));
}

/// The polynomial with these coefficients, the highest power first, by Horner's rule.
template <class T, class A, std::size_t N>
Lane<T, A> polynomial(const std::array<T, N>& coefficients, const Lane<T, A>& x) {
  Lane<T, A> y = static_cast<double>(coefficients[0]);
  [&]<std::size_t... K>(std::index_sequence<K...>) {
    ((y = multiply_add(y, x, Lane<T, A>(static_cast<double>(coefficients[K + 1])))), ...);
  }
  (std::make_index_sequence<N - 1>{});
  return y;
}

/// The number format of an element.
template <class T>
struct Format;
template <>
struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int fraction_bits = 52;
  static constexpr double bias = 1023.0;
};
template <>
struct Format<float> {
  using Bits = std::uint32_t;
  static constexpr int fraction_bits = 23;
  static constexpr double bias = 127.0;
};

template <class T, class A>
using Bits = xsimd::batch<typename Format<T>::Bits, A>;

// xsimd has named the element or the batch that the bits become.
template <class T, class A>
Bits<T, A> bits_of(const Lane<T, A>& x) {
  if constexpr (requires { xsimd::bitwise_cast<Bits<T, A>>(x.batch); }) return xsimd::bitwise_cast<Bits<T, A>>(x.batch);
  else return xsimd::bitwise_cast<typename Format<T>::Bits>(x.batch);
}
template <class T, class A>
Lane<T, A> from_bits(const Bits<T, A>& bits) {
  using Batch = typename Lane<T, A>::Batch;
  if constexpr (requires { xsimd::bitwise_cast<Batch>(bits); }) return Batch(xsimd::bitwise_cast<Batch>(bits));
  else return Batch(xsimd::bitwise_cast<T>(bits));
}

/// Added to a number that is not too large, this leaves it rounded to a whole number, in the lowest bits.
template <class T>
inline constexpr double anchor = 1.5 * static_cast<double>(typename Format<T>::Bits(1) << Format<T>::fraction_bits);

/// The whole number nearest to factor · x, for |factor · x| below 2^21 (float) or 2^50 (double).
template <class T, class A>
Lane<T, A> nearest(const Lane<T, A>& x, double factor) {
  return multiply_add(x, Lane<T, A>(factor), Lane<T, A>(anchor<T>)) - anchor<T>;
}

/// 2^k for whole k from -126 to 127 (float) or -1022 to 1023 (double).
template <class T, class A>
Lane<T, A> power_of_two(const Lane<T, A>& k) {
  return from_bits<T, A>(bits_of(k + Lane<T, A>(anchor<T> + Format<T>::bias)) << Format<T>::fraction_bits);
}

/// x = fraction · 2^exponent with a fraction from sqrt(1/2) to sqrt(2), for positive and finite x.
template <class L>
struct Parts {
  L fraction;
  L exponent;
};
template <class T, class A>
Parts<Lane<T, A>> parts_of(const Lane<T, A>& x) {
  using L = Lane<T, A>;
  using Word = typename Format<T>::Bits;
  constexpr int shift = Format<T>::fraction_bits;
  constexpr Word fraction_mask = (Word(1) << shift) - 1;
  const double leading = static_cast<double>(Word(1) << shift);
  const auto is_small = x < static_cast<double>(std::numeric_limits<T>::min());  // subnormal: no leading one
  const Bits<T, A> bits = bits_of(where(is_small, x * leading, x));
  const L one = 1.0;
  const L fraction = from_bits<T, A>((bits & Bits<T, A>(fraction_mask)) | bits_of(one));
  const L biased = from_bits<T, A>((bits >> shift) | bits_of(L(leading))) - leading;
  const L exponent = biased - where(is_small, L(Format<T>::bias + shift), L(Format<T>::bias));
  const auto is_large = fraction > 1.4142135623730951;
  return {where(is_large, fraction * 0.5, fraction), where(is_large, exponent + 1.0, exponent)};
}

}  // namespace wengert::lanes
