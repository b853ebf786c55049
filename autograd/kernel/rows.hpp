#pragma once

#include <autograd/kernel/run.hpp>
#include <autograd/kernel/transpose.hpp>

namespace wengert::kernel {

/// to[r · row + k] = from[r] for r < rows and k < row. Up to a lane may be written behind the last element.
template <class L>
[[gnu::flatten]] void repeat_along_rows(const typename L::Element* from, std::ptrdiff_t rows, std::ptrdiff_t row,
                                        typename L::Element* to) {
  using Register = typename Block<L>::Register;
  constexpr auto size = static_cast<std::ptrdiff_t>(Block<L>::size);
  std::ptrdiff_t r = 0;
  if (row == 2) {
    for (; r + size <= rows; r += size) {
      const Register x = Register::load_unaligned(from + r);
      xsimd::zip_lo(x, x).store_unaligned(to + 2 * r);
      xsimd::zip_hi(x, x).store_unaligned(to + 2 * r + size);
    }
  }
  if (row <= size) {
    for (; r < rows; ++r) Register(from[r]).store_unaligned(to + r * row);
  }
  for (; r < rows; ++r) {
    const L every = typename L::Batch(from[r]);
    for (std::ptrdiff_t k = 0; k < row; k += L::width) every.store(to + r * row + k);
  }
}

/// The columns of rows of two elements, as far as the rows fill lanes. Returns how many rows were turned.
template <class L>
[[gnu::always_inline]] inline std::ptrdiff_t turn_pairs(const typename L::Element* from, std::ptrdiff_t rows,
                                                        typename L::Element* to, std::ptrdiff_t to_step) {
  std::ptrdiff_t i = 0;
  for (; i + L::width <= rows; i += L::width) {
    load_every_second<L>(from + 2 * i).store(to + i);
    load_every_second<L>(from + 2 * i + 1).store(to + to_step + i);
  }
  return i;
}

/// The same for rows of any length, as far as they fill blocks. What a block reads behind a row belongs to the next
/// one, or lies up to a register behind the last.
template <class L>
[[gnu::always_inline]] inline std::ptrdiff_t turn_blocks(const typename L::Element* from, std::ptrdiff_t rows,
                                                         std::ptrdiff_t row, typename L::Element* to,
                                                         std::ptrdiff_t to_step) {
  using Register = typename Block<L>::Register;
  constexpr auto size = static_cast<std::ptrdiff_t>(Block<L>::size);
  std::ptrdiff_t i = 0;
  for (; i + size <= rows; i += size) {
    for (std::ptrdiff_t j = 0; j < row; j += size) {
      Block<L> block;
      unrolled<Block<L>::size>([&](auto k) {
        block.rows[k] = Register::load_unaligned(from + (i + static_cast<std::ptrdiff_t>(k)) * row + j);
      });
      block.transpose();
      unrolled<Block<L>::size>([&](auto k) {
        const std::ptrdiff_t column = j + static_cast<std::ptrdiff_t>(k);
        if (column < row) block.rows[k].store_unaligned(to + column * to_step + i);
      });
    }
  }
  return i;
}

/// to[k · to_step + r] = from[r · row + k] for r < rows and k < row, and `neutral` for r from there to `to_step`. Up to
/// a register behind the last element may be read.
template <class L>
[[gnu::flatten]] void turn_rows(const typename L::Element* from, std::ptrdiff_t rows, std::ptrdiff_t row,
                                typename L::Element neutral, typename L::Element* to, std::ptrdiff_t to_step) {
  const std::ptrdiff_t turned =
      row == 2 ? turn_pairs<L>(from, rows, to, to_step) : turn_blocks<L>(from, rows, row, to, to_step);
  for (std::ptrdiff_t k = 0; k < row; ++k) {
    for (std::ptrdiff_t r = turned; r < to_step; ++r) to[k * to_step + r] = r < rows ? from[r * row + k] : neutral;
  }
}

}  // namespace wengert::kernel
