#pragma once

#include <autograd/arrays/shape.hpp>

#include <memory>

namespace wengert {

/// An array as a record keeps it: all elements of a small one, those at the edges of a large one, and what describes
/// all of them. Mean, deviation, extremes and norm are those of the elements that are finite.
struct Snapshot {
  Shape shape;
  std::vector<std::vector<std::size_t>> kept;  ///< along each axis, the indices whose elements are in `values`
  std::vector<double> values = {};             ///< in row-major order
  double mean = 0.0;
  double deviation = 0.0;  ///< the root of the mean squared distance from the mean
  double smallest = 0.0;
  double largest = 0.0;
  double norm = 0.0;  ///< the root of the sum of squares
  std::size_t not_finite = 0;
  std::vector<std::size_t> histogram =
      {};  ///< of a large array: how many are in each of equal bins, smallest to largest

  std::size_t size() const { return element_count(shape); }
  bool is_whole() const { return values.size() == size(); }
  /// Whether every element is zero.
  bool is_zero() const { return norm == 0.0 && not_finite == 0; }
  /// The array itself. Throws an Error in the name of `operation` if only its edges were kept.
  Array<double> array(std::string_view operation) const;
};

/// Steps share what they have in common: the adjoint before a contribution is the one after the last.
using SharedSnapshot = std::shared_ptr<const Snapshot>;

/// An array of at most `largest_whole` elements is kept whole; of a larger one the first and the last three along the
/// last two axes, and the first and the last along the others.
template <class T>
SharedSnapshot snapshot(const Array<T>& array, std::size_t largest_whole);

}  // namespace wengert
