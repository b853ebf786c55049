#pragma once

#include <autograd/arrays/array.hpp>
#include <autograd/base/text_formatter.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace wengert {

/// How far two arrays may be apart and still agree approximately: |hand - tape| <= absolute + relative |tape|.
struct CompareOptions {
  double relative = 1e-5;
  /// If none is given, 1e-8 of the tape's largest element, and 1e-8 at most: small gradients are judged as large ones
  /// are. Give one where a gradient is zero but for rounding.
  std::optional<double> absolute = std::nullopt;
};

/// What a comparison found. Arrays of different shapes are neither exactly nor approximately equal, whether or not they
/// broadcast, and have no difference: NaN.
struct Comparison {
  std::string name;
  bool exact;        ///< every element is equal
  bool approximate;  ///< every element is within the tolerance; NaN never is
  double max_difference;
  Shape hand_shape;
  Shape tape_shape;

  bool same_shape() const { return hand_shape == tape_shape; }
};

/// Compares what was derived by hand with what the tape says (after `cmp` in Karpathy's makemore, part 4).
template <class T>
Comparison compare(std::string name, const Array<T>& hand, const Array<T>& tape, CompareOptions options = {});

/// A row for each comparison: `dx | exact: no | approximate: yes | maxdiff: 1.2e-16`.
std::string to_string(const std::vector<Comparison>& rows);
std::string to_string(const Comparison& row);

std::ostream& operator<<(std::ostream& out, const Comparison& row);

}  // namespace wengert

template <>
struct fmt::formatter<wengert::Comparison> : wengert::TextFormatter {};
