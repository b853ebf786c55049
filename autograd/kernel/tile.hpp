#pragma once

#include <autograd/kernel/run.hpp>

namespace wengert::kernel {

/// The largest register tile: `rows` rows of `lanes` lanes, whose sums stay in registers together with one row of b and
/// one element of a.
template <class T>
struct TileShape {
  static constexpr std::size_t rows = 6;
  static constexpr std::size_t lanes = sizeof(Lane<T>) == 64 ? 4 : 2;  // of 32 registers or of 16
  static constexpr std::size_t width = lanes * static_cast<std::size_t>(Lane<T>::width);
};

/// The offsets of elements that lie side by side.
struct SideBySide {
  std::ptrdiff_t operator[](std::ptrdiff_t k) const { return k; }
};

/// The register kernel of matrix products and convolutions. Row r of a is read at a[r] + offset[k], wherever that is;
/// row k of b is `Lanes` lanes at b + k · b_step:
///   c[r][...] = (add ? c[r][...] : 0) + Σ_{k < depth} a[r][offset[k]] · b[k][...]
/// Each element's products are added in the order of k, whatever the tile. Flattened, so that the sums are registers.
template <std::size_t Rows, std::size_t Lanes, class T, class Offsets>
[[gnu::flatten]] void tile(const std::array<const T*, TileShape<T>::rows>& a, const Offsets offset, std::size_t depth,
                           const T* b, std::size_t b_step, const std::array<T*, TileShape<T>::rows>& c, bool add) {
  using L = Lane<T>;
  std::array<L, Rows * Lanes> sum;
  std::array<const T*, Rows> row;
  unrolled<Rows>([&](auto r) { row[r] = a[r]; });
  unrolled<Rows * Lanes>([&](auto i) { sum[i] = L(0.0); });
  for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(depth); ++k, b += b_step) {
    const std::ptrdiff_t at = offset[k];
    std::array<L, Lanes> y;
    unrolled<Lanes>([&](auto v) { y[v] = L::load(b + std::ptrdiff_t(v) * L::width); });
    unrolled<Rows>([&](auto r) {
      const typename L::Batch x(row[r][at]);
      unrolled<Lanes>([&](auto v) { sum[r * Lanes + v] = L(xsimd::fma(x, y[v].batch, sum[r * Lanes + v].batch)); });
    });
  }
  unrolled<Rows * Lanes>([&](auto i) {
    T* to = c[i / Lanes] + std::ptrdiff_t(i % Lanes) * L::width;
    if (add) sum[i] = L::load(to) + sum[i];
    sum[i].store(to);
  });
}

}  // namespace wengert::kernel
