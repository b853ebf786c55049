#pragma once

#include <cstddef>

namespace wengert::kernel {

/// A matrix in memory: element (i, j) is at data[i · row_step + j · column_step], and one of the steps is 1.
template <class T>
struct Matrix {
  T* data;
  std::size_t row_step;
  std::size_t column_step;

  Matrix transposed() const { return {data, column_step, row_step}; }
  Matrix from(std::size_t row, std::size_t column) const {
    return {data + row * row_step + column * column_step, row_step, column_step};
  }
};

/// c = a · b, where a is (rows, depth) and b is (depth, columns). Each element of c is a sum in the order of depth, in
/// blocks of 256, whatever the shape and the number of threads; large products are shared among threads. NaN and
/// infinity propagate as the sum says.
template <class T>
void gemm(std::size_t rows, std::size_t columns, std::size_t depth, Matrix<const T> a, Matrix<const T> b, Matrix<T> c);

}  // namespace wengert::kernel
