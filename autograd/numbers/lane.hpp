#pragma once

#include <autograd/numbers/constant.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <xsimd/xsimd.hpp>

namespace wengert {

/// The instruction set that this file is compiled for. It is part of the type of every lane and of every kernel, so a
/// library built for a newer processor and a program built with plain flags never share a function.
#if defined(__AVX512F__) && !defined(__OPTIMIZE__)
using Architecture = xsimd::fma3<xsimd::avx2>;  // without optimisation xsimd 8 does not compile for AVX-512
#else
using Architecture = xsimd::default_arch;
#endif

/// The outcome of a comparison of lanes, one truth value an element.
template <class T, class Arch = Architecture>
struct LaneMask {
  xsimd::batch_bool<T, Arch> bits;

  friend LaneMask operator&&(const LaneMask& a, const LaneMask& b) { return {a.bits & b.bits}; }
  friend LaneMask operator||(const LaneMask& a, const LaneMask& b) { return {a.bits | b.bits}; }
  friend LaneMask operator!(const LaneMask& a) { return {~a.bits}; }
};

/// A number that is one SIMD register of elements: what a formula is called with to compute values.
template <class T, class Arch = Architecture>
struct Lane {
  using Element = T;
  using Mask = LaneMask<T, Arch>;
  using Batch = xsimd::batch<T, Arch>;
  static constexpr std::ptrdiff_t width = static_cast<std::ptrdiff_t>(Batch::size);

  Batch batch;

  Lane() = default;
  Lane(const Batch& elements) : batch(elements) {}
  Lane(double every) : batch(static_cast<T>(every)) {}
  Lane(const Constant& every) : Lane(every.value) {}

  static Lane load(const T* from) { return Batch::load_unaligned(from); }
  void store(T* to) const { batch.store_unaligned(to); }

  /// The mask whose first `count` elements are true.
  static Mask first(std::ptrdiff_t count) {
    std::array<T, Batch::size> position;
    for (std::size_t k = 0; k < Batch::size; ++k) position[k] = static_cast<T>(k);
    return load(position.data()) < Lane(static_cast<double>(count));
  }

  friend Lane operator-(const Lane& a) { return -a.batch; }
  friend Lane operator+(const Lane& a, const Lane& b) { return a.batch + b.batch; }
  friend Lane operator-(const Lane& a, const Lane& b) { return a.batch - b.batch; }
  friend Lane operator*(const Lane& a, const Lane& b) { return a.batch * b.batch; }
  friend Lane operator/(const Lane& a, const Lane& b) { return a.batch / b.batch; }

  friend Mask operator<(const Lane& a, const Lane& b) { return {a.batch < b.batch}; }
  friend Mask operator<=(const Lane& a, const Lane& b) { return {a.batch <= b.batch}; }
  friend Mask operator>(const Lane& a, const Lane& b) { return {a.batch > b.batch}; }
  friend Mask operator>=(const Lane& a, const Lane& b) { return {a.batch >= b.batch}; }
  friend Mask equal(const Lane& a, const Lane& b) { return {a.batch == b.batch}; }

  friend Lane where(const Mask& mask, const Lane& a, const Lane& b) {
    return xsimd::select(mask.bits, a.batch, b.batch);
  }

  /// The sum of the elements, which xsimd has called by two names.
  friend T total(const Lane& a) {
    if constexpr (requires { reduce_add(a.batch); }) return reduce_add(a.batch);
    else return hadd(a.batch);
  }
};

/// A choice between two constants.
template <class T, class Arch>
Lane<T, Arch> where(const LaneMask<T, Arch>& mask, double a, double b) {
  return where(mask, Lane<T, Arch>(a), Lane<T, Arch>(b));
}

}  // namespace wengert
