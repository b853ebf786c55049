#pragma once

#include <autograd/kernel/windows.hpp>

#include <cstdint>

namespace wengert::kernel {

/// The windows over each of `planes` planes, one after the other in memory.
struct Pooling {
  std::size_t planes;
  Windows rows;
  Windows columns;

  std::size_t input_plane() const { return rows.input * columns.input; }
  std::size_t output_plane() const { return rows.output * columns.output; }
};

/// A place in an array, counted from its beginning.
using Place = std::uint32_t;

/// The largest element below each window, and its place in x: of equal ones the first, and NaN before all others.
template <class T>
void max_pool(const Pooling& pooling, const T* x, T* y, Place* places);

/// The sum of the elements below each window over its count: all of its taps, those in the padding too, or without.
template <class T>
void avg_pool(const Pooling& pooling, bool count_padding, const T* x, T* y);

/// dx = Σ g / count over the windows that an element is below.
template <class T>
void avg_pool_gradient(const Pooling& pooling, bool count_padding, const T* g, T* dx);

}  // namespace wengert::kernel
