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

}  // namespace wengert::kernel
