#pragma once

#include <autograd/numbers/lane.hpp>

namespace wengert::kernel {

/// A block of `size` by `size` elements in registers of 128 bits, which every processor turns with two shuffles for
/// each of them. Of lanes, because their type tells the instruction set.
template <class L>
struct Block {
  using T = typename L::Element;
  static constexpr std::size_t size = 16 / sizeof(T);
  using Register = xsimd::make_sized_batch_t<T, size>;

  std::array<Register, size> rows;

  /// Interleaving the rows of one half with those of the other, log2(size) times, turns the block.
  void transpose() {
    for (std::size_t half = size; half > 1; half /= 2) {
      const std::array<Register, size> from = rows;
      for (std::size_t i = 0; i < size / 2; ++i) {
        rows[2 * i] = xsimd::zip_lo(from[i], from[i + size / 2]);
        rows[2 * i + 1] = xsimd::zip_hi(from[i], from[i + size / 2]);
      }
    }
  }
};

/// What `transpose` does to its elements on the way: nothing.
struct AsTheyAre {
  auto operator()(const auto& elements, std::size_t) const { return elements; }
};

/// to[j · to_step + i] = finish(from[i · from_step + j], j) for i < rows and j < columns, where `finish` takes one
/// element or a register of them.
template <class T, class Finish = AsTheyAre>
[[gnu::flatten]] void transpose(const T* from, std::size_t from_step, std::size_t rows, std::size_t columns, T* to,
                                std::size_t to_step, const Finish finish = {}) {
  using Square = Block<Lane<T>>;
  constexpr std::size_t size = Square::size;
  const std::size_t whole_rows = rows / size * size, whole_columns = columns / size * size;
  const auto one = [&](std::size_t i, std::size_t j) { to[j * to_step + i] = finish(from[i * from_step + j], j); };
  for (std::size_t i = 0; i < whole_rows; i += size) {
    for (std::size_t j = 0; j < whole_columns; j += size) {
      Square block;
      for (std::size_t k = 0; k < size; ++k)
        block.rows[k] = Square::Register::load_unaligned(from + (i + k) * from_step + j);
      block.transpose();
      for (std::size_t k = 0; k < size; ++k) finish(block.rows[k], j + k).store_unaligned(to + (j + k) * to_step + i);
    }
    for (std::size_t j = whole_columns; j < columns; ++j)
      for (std::size_t k = i; k < i + size; ++k) one(k, j);
  }
  for (std::size_t i = whole_rows; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) one(i, j);
}

}  // namespace wengert::kernel
