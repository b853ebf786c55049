#pragma once

// What every hand-derived backprop shares. Nothing here, and nothing in this folder, uses the library's derivatives or
// operations: of the library only the container `Array` is known, and it is read as a plain array.

#include <autograd/arrays/array.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace wengert::hand_derived {

/// A plain array: the elements of an array of any shape in row-major order.
using Values = std::vector<double>;

/// Sums are accumulated with the wider significand and rounded once, when they are stored as Values.
using Sums = std::vector<long double>;

/// The elements of an Array as a plain array, without a copy.
inline std::span<const double> elements(const Array<double>& array) { return {array.data(), array.size()}; }

/// How far two plain arrays are from each other.
struct Difference {
  bool exact;         ///< every element is equal
  double largest;     ///< max_i |actual_i - expected_i| / scale_i; infinite for NaN or for a wrong number of elements
  std::size_t index;  ///< where the largest difference is
};

/// Compares element by element; `scale` says what size an error of each element is relative to.
Difference compare(std::span<const double> actual, std::span<const double> expected, std::span<const double> scale);

/// Compares relative to the largest magnitude in `expected`.
Difference compare(std::span<const double> actual, std::span<const double> expected);

}  // namespace wengert::hand_derived
