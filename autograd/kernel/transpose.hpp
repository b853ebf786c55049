#pragma once

#include <autograd/numbers/lane.hpp>

namespace wengert::kernel {

/// A block of `Size` by `Size` elements in registers of 128 bits, which every processor transposes with two shuffles
/// for each of them.
template <class T>
struct Block {
  static constexpr std::size_t size = 16 / sizeof(T);
  using Register = xsimd::make_sized_batch_t<T, size>;

  std::array<Register, size> rows;

  void transpose() {
    for (std::size_t half = size; half > 1; half /= 2) {  // once for float4's pairs, once for their pairs
      const std::array<Register, size> from = rows;
      for (std::size_t i = 0; i < size / 2; ++i) {
        rows[2 * i] = xsimd::zip_lo(from[i], from[i + size / 2]);
        rows[2 * i + 1] = xsimd::zip_hi(from[i], from[i + size / 2]);
      }
    }
  }
};

/// to[j · to_step + i] = from[i · from_step + j] for i < rows and j < columns.
template <class T>
[[gnu::flatten]] void transpose(const T* from, std::size_t from_step, std::size_t rows, std::size_t columns, T* to,
                                std::size_t to_step) {
  constexpr std::size_t size = Block<T>::size;
  const std::size_t whole_rows = rows / size * size, whole_columns = columns / size * size;
  for (std::size_t i = 0; i < whole_rows; i += size) {
    for (std::size_t j = 0; j < whole_columns; j += size) {
      Block<T> block;
      for (std::size_t k = 0; k < size; ++k)
        block.rows[k] = Block<T>::Register::load_unaligned(from + (i + k) * from_step + j);
      block.transpose();
      for (std::size_t k = 0; k < size; ++k) block.rows[k].store_unaligned(to + (j + k) * to_step + i);
    }
    for (std::size_t j = whole_columns; j < columns; ++j)
      for (std::size_t k = i; k < i + size; ++k) to[j * to_step + k] = from[k * from_step + j];
  }
  for (std::size_t i = whole_rows; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) to[j * to_step + i] = from[i * from_step + j];
}

}  // namespace wengert::kernel
