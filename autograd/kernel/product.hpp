#pragma once

#include <autograd/kernel/matrix.hpp>

namespace wengert::kernel {

/// The extents of products: `count` times (rows, depth) · (depth, columns).
struct Product {
  std::size_t count;
  std::size_t rows;
  std::size_t depth;
  std::size_t columns;
};

/// The first of the matrices on one side of products, and how far it is to the next; 0 if all products share it.
template <class T>
struct Factors {
  Matrix<const T> first;
  std::size_t step = 0;

  Matrix<const T> at(std::size_t n) const { return {first.data + n * step, first.row_step, first.column_step}; }
};

/// c[n, i, j] = Σ_k a[n](i, k) · b[n](k, j), added to what c (count, rows, columns) holds if `add` says so. The bits of
/// an element depend on its row of a, its column of b and the depth alone: not on how many rows, columns and products
/// there are, how a and b lie in memory, or how many threads share the work.
template <class T>
void multiply(const Product& p, const Factors<T>& a, const Factors<T>& b, T* c, bool add = false);

}  // namespace wengert::kernel
