#include "spread.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace examples {

Spread spread_of(std::span<const double> values) {
  if (values.empty()) return {};
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {mean, values.size() > 1 ? std::sqrt(squares / (n - 1.0)) : 0.0, *low, *high};
}

std::string to_string(const Spread& spread) {
  return fmt::format("{:.4f} in the mean, deviation {:.4f}, from {:.4f} to {:.4f}", spread.mean, spread.deviation,
                     spread.low, spread.high);
}

}  // namespace examples
