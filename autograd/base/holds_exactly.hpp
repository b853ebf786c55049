#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>

namespace wengert::base {

/// Whether T, float or double, has a whole number: its binary digits from the first 1 to the last one fit.
template <std::floating_point T>
bool holds_exactly(std::integral auto number) {
  const auto bits = static_cast<std::uint64_t>(number);
  const std::uint64_t magnitude = number < 0 ? ~bits + 1 : bits;
  return magnitude == 0 ||
         64 - std::countl_zero(magnitude) - std::countr_zero(magnitude) <= std::numeric_limits<T>::digits;
}

}  // namespace wengert::base
