#pragma once

#include <cstddef>
#include <span>

namespace wengert::nn {

/// Whether `row` has its largest element at `label`, the first of equal ones.
template <class T>
bool is_largest(std::span<const T> row, std::size_t label) {
  for (std::size_t k = 0; k < row.size(); ++k) {
    const bool beaten = k < label ? row[label] > row[k] : row[label] >= row[k];
    if (!beaten) return false;
  }
  return true;
}

}  // namespace wengert::nn
