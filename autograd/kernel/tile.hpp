#pragma once

#include <autograd/kernel/run.hpp>

namespace wengert::kernel {

/// The shape of a register tile: `rows` rows of `lanes` lanes, whose sums stay in registers together with one row of b
/// and one element of a.
template <class T>
struct TileShape {
  static constexpr std::size_t rows = 6;
  static constexpr std::size_t lanes = sizeof(Lane<T>) == 64 ? 4 : 2;  // of 32 registers or of 16
  static constexpr std::size_t width = lanes * static_cast<std::size_t>(Lane<T>::width);
};

/// Offsets that are multiples of a step.
struct Steps {
  std::ptrdiff_t step;
  std::ptrdiff_t first = 0;

  std::ptrdiff_t operator[](std::ptrdiff_t k) const { return first + k * step; }
  friend Steps operator+(const Steps& steps, std::size_t k) {
    return {steps.step, steps[static_cast<std::ptrdiff_t>(k)]};
  }
};

/// The register kernel of matrix products and convolutions. Row r of a is read at a[r] + offset[k], wherever that is;
/// row k of b is `Lanes` lanes at b + k · width:
///   c[r][...] = (add ? c[r][...] : 0) + Σ_{k < depth} a[r][offset[k]] · b[k][...]
/// Each element's products are added in the order of k, whatever the tile. Flattened, so that the sums are registers.
template <std::size_t Lanes, class T, class Offsets>
[[gnu::flatten]] void tile(const std::array<const T*, TileShape<T>::rows> a, const Offsets offset, std::size_t depth,
                           const T* b, const std::array<T*, TileShape<T>::rows> c, bool add) {
  using L = Lane<T>;
  constexpr std::size_t Rows = TileShape<T>::rows;
  std::array<L, Rows * Lanes> sum;
  unrolled<Rows * Lanes>([&](auto i) { sum[i] = L(0.0); });
  for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(depth); ++k, b += TileShape<T>::width) {
    const std::ptrdiff_t at = offset[k];
    std::array<L, Lanes> y;
    unrolled<Lanes>([&](auto v) { y[v] = L::load(b + std::ptrdiff_t(v) * L::width); });
    unrolled<Rows>([&](auto r) {
      const typename L::Batch x(a[r][at]);
      unrolled<Lanes>([&](auto v) { sum[r * Lanes + v] = L(xsimd::fma(x, y[v].batch, sum[r * Lanes + v].batch)); });
    });
  }
  unrolled<Rows * Lanes>([&](auto i) {
    T* to = c[i / Lanes] + std::ptrdiff_t(i % Lanes) * L::width;
    if (add) sum[i] = L::load(to) + sum[i];
    sum[i].store(to);
  });
}

/// A panel of b is `depth` rows of TileShape<T>::width elements, of which the first `columns` count. Multiplies any
/// number of rows of a with it, tile by tile: a_row(i) says where row i of a is, c_row(i) where row i of c is, which
/// has room for whole lanes. Rows that a tile has too many are computed again and thrown away.
template <class T, class Offsets, class RowOfA, class RowOfC>
void multiply_panel(std::size_t rows, std::size_t columns, std::size_t depth, const RowOfA& a_row,
                    const Offsets& offsets, const T* panel, const RowOfC& c_row, bool add) {
  constexpr std::size_t height = TileShape<T>::rows;
  constexpr auto lane_width = static_cast<std::size_t>(Lane<T>::width);
  std::array<T, TileShape<T>::width> outside{};
  unrolled<TileShape<T>::lanes>([&](auto v) {
    constexpr std::size_t lanes = decltype(v)::value + 1;
    if ((columns + lane_width - 1) / lane_width != lanes) return;
    std::array<const T*, height> a;
    std::array<T*, height> c;
    for (std::size_t i = 0; i < rows; i += height) {
      for (std::size_t r = 0; r < height; ++r) {
        const bool inside = i + r < rows;
        a[r] = a_row(inside ? i + r : rows - 1);
        c[r] = inside ? c_row(i + r) : outside.data();
      }
      tile<lanes>(a, offsets, depth, panel, c, add);
    }
  });
}

}  // namespace wengert::kernel
