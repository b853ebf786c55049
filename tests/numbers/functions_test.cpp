#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "../support/function_table.hpp"
#include "lanes.hpp"

using namespace on_lanes;
using function_table::Row;

namespace {

/// Fourteen points of the domain, none of them at a kink.
std::vector<double> points_of(const Row& row) {
  std::vector<double> points;
  for (int k = 0; k < 14; ++k) points.push_back(row.domain.low + (row.domain.high - row.domain.low) * (k + 0.37) / 14);
  return points;
}

template <class F>
void check_value(const Row& row) {
  for (double x : points_of(row)) {
    CAPTURE(x);
    // A few units in the last place.
    const double value = static_cast<double>(row.reference(x));
    const double error = std::abs(elements(wengert::apply(F{}, Lane<double>(x)))[0] - value);
    CHECK(error <= 8 * 0x1p-53 * std::abs(value));
    const float rounded = static_cast<float>(x);
    const double actual = elements(wengert::apply(F{}, Lane<float>(static_cast<double>(rounded))))[0];
    const double expected = static_cast<double>(row.reference(static_cast<long double>(rounded)));
    CHECK(std::abs(actual - expected) <= 8 * 0x1p-24 * std::abs(expected));
  }
}

/// Runs all the points through whole lanes: the tangent t times the difference quotient.
template <class F>
void check_derivative(const Row& row) {
  const auto f = [](const Lane<double>& x) { return wengert::apply(F{}, x); };
  const std::size_t width = static_cast<std::size_t>(Lane<double>::width);
  const std::vector<double> points = points_of(row);
  for (std::size_t first = 0; first < points.size(); first += width) {
    const Lane<double> x = load<double>(points, first);
    const auto y = wengert::apply(F{}, Dual<double>(x, Lane<double>(1.5)));
    const std::vector<double> at = elements(x), value = elements(y.value), tangent = elements(y.tangent);
    const std::vector<double> expected = elements(f(x));
    for (std::size_t k = 0; k < width; ++k) {
      CAPTURE(at[k]);
      CHECK(value[k] == expected[k]);
      const double h = std::min(0x1p-7, at[k] > 0 ? at[k] / 32 : 1.0);
      CHECK(tangent[k] == doctest::Approx(1.5 * difference(f, at[k], h)).epsilon(1e-9));
    }
  }
}

/// Both partial derivatives, apart and together, of a function of two numbers.
template <class F>
void check_binary(const std::vector<std::pair<double, double>>& points) {
  for (const auto& point : points) {
    const double a = point.first, b = point.second;
    CAPTURE(std::string(F::name));
    CAPTURE(a);
    CAPTURE(b);
    const Lane<double> x(a), y(b);
    const Dual<double> dx(x, Lane<double>(2.0)), dy(y, Lane<double>(-3.0));
    const double by_x = difference([&](const Lane<double>& v) { return wengert::apply(F{}, v, y); }, a);
    const double by_y = difference([&](const Lane<double>& v) { return wengert::apply(F{}, x, v); }, b);
    const auto tangent = [](const auto& z) { return elements(z.tangent)[0]; };
    const auto about = [](double expected) { return doctest::Approx(expected).epsilon(1e-9).scale(1e-3); };
    CHECK(tangent(wengert::apply(F{}, dx, y)) == about(2 * by_x));
    CHECK(tangent(wengert::apply(F{}, x, dy)) == about(-3 * by_y));
    CHECK(tangent(wengert::apply(F{}, dx, dy)) == about(2 * by_x - 3 * by_y));
    CHECK(tangent(wengert::apply_binary(F{}, dx, b)) == about(2 * by_x));
    CHECK(tangent(wengert::apply_binary(F{}, a, dy)) == about(-3 * by_y));
    CHECK(elements(wengert::apply(F{}, dx, dy).value) == elements(wengert::apply(F{}, x, y)));
  }
}

}  // namespace

TEST_CASE("every function of one number has its value, and the derivative of its differences") {
  function_table::for_each_function([]<class F>(F, const Row& row) {
    SUBCASE(F::name) {
      check_value<F>(row);
      check_derivative<F>(row);
    }
  });
}

TEST_CASE("every row of the table of functions belongs to one") {
  std::size_t functions = 0;
  function_table::for_each_function([&](const auto&, const Row&) { ++functions; });
  CHECK(functions == function_table::rows().size());
}

TEST_CASE("every function of two numbers has the derivatives of its differences") {
  static_assert(std::tuple_size_v<wengert::BinaryFunctions> == 3);
  check_binary<wengert::primitives::Pow>({{0.7, 2.0}, {1.3, -1.5}, {2.5, 0.3}, {1.0, 3.0}, {4.0, 0.0}});
  check_binary<wengert::primitives::Maximum>({{0.7, 2.0}, {2.0, 0.7}, {-1.0, -3.0}, {-3.0, 1.0}});
  check_binary<wengert::primitives::Minimum>({{0.7, 2.0}, {2.0, 0.7}, {-1.0, -3.0}, {-3.0, 1.0}});
}
