#pragma once

#include <autograd/tape/var.hpp>

#include <array>

namespace wengert {

/// What stands where an array is padded: a number, the elements mirrored at the edge without the edge itself (2 1 | 0 1
/// 2), or the element at the edge again.
enum class PadMode { constant, reflect, edge };

struct PadOptions {
  PadMode mode = PadMode::constant;
  double value = 0.0;  ///< of PadMode::constant
};

/// The number of elements before and after an axis.
using PadWidths = std::vector<std::array<std::size_t, 2>>;

/// x padded along every axis, as numpy.pad does: one pair for each. Throws an Error that names the shape if there are
/// more or fewer pairs than axes, if an axis without elements is to be repeated, or if an axis of n elements is to be
/// reflected over more than n - 1.
template <class T>
Var<T> pad(const Var<T>& x, const PadWidths& widths, const PadOptions& options = {});

}  // namespace wengert
