#pragma once

#include <autograd/numbers/functions.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

// What is known of every elementwise function of one number, independently of this project: one row for each. The tests
// of values, of derivatives on lanes and of gradients on the tape all read it.

namespace function_table {

struct Interval {
  double low;
  double high;
};

/// The values at 0, -0, inf, -inf, 1e300 and -1e300.
struct AtSpecialPoints {
  double zero, minus_zero, infinity, minus_infinity, large, minus_large;
};

struct Row {
  std::string name;
  Interval domain;                        ///< where derivatives are compared with differences
  long double (*reference)(long double);  ///< by the standard library
  AtSpecialPoints special;
  Interval range{-6, 6};  ///< where values are compared with the reference
  double units = 8;       ///< of the last place
};

inline long double logistic(long double x) { return 1 / (1 + std::exp(-x)); }
inline long double density(long double x) {
  return std::exp(-x * x / 2) * std::numbers::inv_sqrtpi_v<long double> / std::numbers::sqrt2_v<long double>;
}
inline long double cumulative(long double x) { return std::erfc(-x / std::numbers::sqrt2_v<long double>) / 2; }
inline constexpr double density_at_0 = std::numbers::inv_sqrtpi / std::numbers::sqrt2;

inline const std::vector<Row>& rows() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double large = 1e300;
  constexpr Interval any{-2.5, 2.5}, positive{0.2, 3.0}, over_minus_one{-0.8, 3.0};
  using Real = long double;
  static const std::vector<Row> all{
      //                                                         0    -0    inf   -inf  1e300  -1e300
      {"exp", any, [](Real x) { return std::exp(x); }, {1, 1, inf, 0, inf, 0}, {-80, 80}},
      {"log", positive, [](Real x) { return std::log(x); }, {-inf, -inf, inf, nan, std::log(large), nan}, {1e-6, 1e6}},
      {"log1p",
       over_minus_one,
       [](Real x) { return std::log1p(x); },
       {0, -0.0, inf, nan, std::log1p(large), nan},
       {-0.999, 100}},
      {"expm1", any, [](Real x) { return std::expm1(x); }, {0, -0.0, inf, -1, inf, -1}, {-20, 20}},
      {"sqrt", positive, [](Real x) { return std::sqrt(x); }, {0, -0.0, inf, nan, std::sqrt(large), nan}, {0, 1e6}},
      {"rsqrt",
       positive,
       [](Real x) { return 1 / std::sqrt(x); },
       {inf, -inf, 0, nan, 1 / std::sqrt(large), nan},
       {1e-6, 1e6}},
      {"square", any, [](Real x) { return x * x; }, {0, 0, inf, inf, inf, inf}},
      {"abs", any, [](Real x) { return std::abs(x); }, {0, 0, inf, inf, large, large}},
      {"sign", any, [](Real x) { return x == 0 ? x : std::copysign(1.0L, x); }, {0, -0.0, 1, -1, 1, -1}},
      {"tanh", any, [](Real x) { return std::tanh(x); }, {0, -0.0, 1, -1, 1, -1}, {-30, 30}},
      {"sigmoid", any, logistic, {0.5, 0.5, 1, 0, 1, 0}, {-60, 60}},
      {"softplus",
       any,
       [](Real x) { return x > 30 ? x : std::log1p(std::exp(x)); },
       {std::log(2.0), std::log(2.0), inf, 0, large, 0},
       {-60, 28}},
      {"sigmoid_slope", any, [](Real x) { return logistic(x) * logistic(-x); }, {0.25, 0.25, 0, 0, 0, 0}, {-60, 60}},
      {"erf", any, [](Real x) { return std::erf(x); }, {0, -0.0, 1, -1, 1, -1}},
      {"gaussian", any, [](Real x) { return std::exp(-x * x); }, {1, 1, 0, 0, 0, 0}},
      {"normal_density", any, density, {density_at_0, density_at_0, 0, 0, 0, 0}},
      {"normal_cdf", any, cumulative, {0.5, 0.5, 1, 0, 1, 0}},
      {"sin",
       any,
       [](Real x) { return std::sin(x); },
       {0, -0.0, nan, nan, std::sin(large), -std::sin(large)},
       {-100, 100}},
      {"cos", any, [](Real x) { return std::cos(x); }, {1, 1, nan, nan, std::cos(large), std::cos(large)}, {-100, 100}},
      {"relu", any, [](Real x) { return std::max(x, 0.0L); }, {0, 0, inf, 0, large, 0}},
      {"leaky_relu", any, [](Real x) { return x > 0 ? x : 0.01 * x; }, {0, -0.0, inf, -inf, large, -1e298}},
      {"elu", any, [](Real x) { return x > 0 ? x : std::expm1(x); }, {0, -0.0, inf, -1, large, -1}},
      {"silu", any, [](Real x) { return x * logistic(x); }, {0, -0.0, inf, -0.0, large, -0.0}, {-30, 30}},
      {"silu_slope",
       Interval{-1, 3},
       [](Real x) { return logistic(x) * (1 + x * logistic(-x)); },
       {0.5, 0.5, 1, -0.0, 1, -0.0},
       {-1, 30}},
      {"gelu", any, [](Real x) { return x * cumulative(x); }, {0, -0.0, inf, -0.0, large, -0.0}},
      {"gelu_slope",
       Interval{-0.6, 3},
       [](Real x) { return cumulative(x) + x * density(x); },
       {0.5, 0.5, 1, -0.0, 1, -0.0},
       {-0.5, 6}},
      {"clip", any, [](Real x) { return std::min(std::max(x, 0.0L), 1.0L); }, {0, -0.0, 1, 0, 1, 0}},
  };
  return all;
}

/// The row of a function. Throws if there is none: then it is missing above.
inline const Row& row_of(const std::string& name) {
  for (const Row& row : rows()) {
    if (row.name == name) return row;
  }
  throw std::out_of_range(name + " has no row in tests/support/function_table.hpp");
}

/// Calls `visit(function, row)` for every elementwise function of one number.
template <class Visit>
void for_each_function(const Visit& visit) {
  const auto visit_all = [&]<class... F>(std::tuple<F...>) { (visit(F{}, row_of(F::name)), ...); };
  visit_all(wengert::UnaryFunctions{});
}

}  // namespace function_table
