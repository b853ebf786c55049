#pragma once

#include <autograd/kernel/tile.hpp>

namespace wengert::kernel {

/// How many parts of at most `step` elements make up an extent.
inline std::size_t parts(std::size_t extent, std::size_t step) { return (extent + step - 1) / step; }

/// The depth of the even blocks in which a sum over `depth` products is made: so few rows of a panel stay in the first
/// level cache. They depend on the depth alone, and so does the order of every sum.
inline std::size_t depth_of_block(std::size_t depth) {
  constexpr std::size_t most = 320;
  return parts(depth, parts(depth, most));
}

/// Some columns of b, at most TileShape<T>::width: where their first row is, and how far it is from one to the next.
/// Rows have room for whole lanes.
template <class T>
struct Panel {
  const T* data;
  std::size_t step = TileShape<T>::width;

  Panel from(std::size_t row) const { return {data + row * step, step}; }
};

/// Multiplies any number of rows of a with the `columns` of a panel, in tiles whose heights differ by one row at most:
/// a_row(i) says where row i of a is, c_row(i) where row i of c is, which has room for whole lanes.
template <class T, class Offsets, class RowOfA, class RowOfC>
void multiply_panel(std::size_t rows, std::size_t columns, std::size_t depth, const RowOfA& a_row,
                    const Offsets& offsets, const Panel<T>& panel, const RowOfC& c_row, bool add) {
  constexpr std::size_t height = TileShape<T>::rows;
  const std::size_t lanes = parts(columns, static_cast<std::size_t>(Lane<T>::width));
  std::array<const T*, height> a;
  std::array<T*, height> c;
  for (std::size_t i = 0; i < rows;) {
    const std::size_t left = rows - i, count = parts(left, parts(left, height));
    for (std::size_t r = 0; r < count; ++r) {
      a[r] = a_row(i + r);
      c[r] = c_row(i + r);
    }
    unrolled<height * TileShape<T>::lanes>([&](auto shape) {
      constexpr std::size_t of_rows = shape / TileShape<T>::lanes + 1, of_lanes = shape % TileShape<T>::lanes + 1;
      if (count == of_rows && lanes == of_lanes)
        tile<of_rows, of_lanes>(a, offsets, depth, panel.data, panel.step, c, add);
    });
    i += count;
  }
}

}  // namespace wengert::kernel
