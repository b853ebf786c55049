#include "plain_arrays.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wengert::hand_derived {

namespace {

double relative_error(double actual, double expected, double scale) {
  if (actual == expected) return 0.0;
  const double error = std::abs(actual - expected) / scale;
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

}  // namespace

Difference compare(std::span<const double> actual, std::span<const double> expected, std::span<const double> scale) {
  if (actual.size() != expected.size() || scale.size() != expected.size()) {
    return {false, std::numeric_limits<double>::infinity(), 0};
  }
  Difference worst{true, 0.0, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = relative_error(actual[i], expected[i], scale[i]);
    if (error > worst.largest) worst = {false, error, i};
  }
  return worst;
}

Difference compare(std::span<const double> actual, std::span<const double> expected) {
  double largest = 0.0;
  for (double value : expected) largest = std::max(largest, std::abs(value));
  return compare(actual, expected, Values(expected.size(), largest));
}

}  // namespace wengert::hand_derived
