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

}  // namespace wengert::kernel
