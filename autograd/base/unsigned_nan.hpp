#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace wengert::base {

/// The number as texts show it: NaN has no sign, though 0/0 sets the bit of one on some processors.
template <class T>
T unsigned_nan(T x) {
  return std::isnan(x) ? std::numeric_limits<T>::quiet_NaN() : x;
}

/// A text with every number `-nan` as `nan`; a name that has these letters stays.
std::string unsigned_nans(std::string_view text);

}  // namespace wengert::base
