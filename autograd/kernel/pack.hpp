#pragma once

#include <autograd/kernel/matrix.hpp>
#include <autograd/kernel/transpose.hpp>

namespace wengert::kernel {

/// to[k · Width + j] = b(k, j) for k < depth and j < columns, with zeros up to j = Width.
template <std::size_t Width, class T>
void pack(Matrix<const T> b, std::size_t depth, std::size_t columns, T* to) {
  if (columns < Width) std::fill_n(to, depth * Width, T(0));
  if (b.column_step != 1) return transpose(b.data, b.column_step, columns, depth, to, Width);
  for (std::size_t k = 0; k < depth; ++k, to += Width) {
    const T* from = b.data + k * b.row_step;
    if (columns == Width) std::copy_n(from, Width, to);  // a number that the compiler knows
    else std::copy_n(from, columns, to);
  }
}

/// All columns of b as panels of `Width`, one behind the other: [panel][k][Width].
template <std::size_t Width, class T>
void pack_panels(Matrix<const T> b, std::size_t depth, std::size_t columns, T* to) {
  const std::size_t step = b.column_step == 1 ? 16 : depth;  // rows or columns of b are read in long stretches
  for (std::size_t k = 0; k < depth; k += step)
    for (std::size_t j = 0; j < columns; j += Width)
      pack<Width>(b.from(k, j), std::min(step, depth - k), std::min(Width, columns - j), to + j * depth + k * Width);
}

}  // namespace wengert::kernel
