#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../infinity.hpp"
#include "../support/function_table.hpp"

namespace wengert::operations {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// 997 points: a prime, so that the last vector register is not full.
template <class T>
Array<T> grid(double low, double high) {
  Array<T> points = empty<T>({997});
  for (std::size_t i = 0; i < 997; ++i) points.data()[i] = static_cast<T>(low + (high - low) * double(i) / 996.0);
  return points;
}

/// The largest difference in units of the last place of the reference.
template <class T>
double worst_units(const function_table::Row& f, const Var<T>& y, const Array<T>& x) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double expected = f.reference(x.data()[i]);
    const long double unit =
        std::max<long double>(std::abs(expected), std::numeric_limits<T>::min()) * std::numeric_limits<T>::epsilon();
    worst = std::max(worst, static_cast<double>(std::abs(y.value().data()[i] - expected) / unit));
  }
  return worst;
}

bool identical(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

}  // namespace

TEST_CASE("every elementwise function agrees with the standard library to the last places") {
  function_table::for_each_function([](const auto& f, const function_table::Row& row) {
    SUBCASE(row.name.c_str()) {
      const Array<double> wide = grid<double>(row.range.low, row.range.high);
      const Array<float> narrow = grid<float>(row.range.low, row.range.high);
      CHECK(worst_units(row, apply(f, Var(wide)), wide) <= row.units);
      CHECK(worst_units(row, apply(f, Var(narrow)), narrow) <= row.units);
    }
  });
}

TEST_CASE("every elementwise function has the documented value at special points") {
  function_table::for_each_function([](const auto& f, const function_table::Row& row) {
    SUBCASE(row.name.c_str()) {
      const function_table::AtSpecialPoints& at = row.special;
      const std::vector<std::pair<double, double>> points{{0.0, at.zero},
                                                          {-0.0, at.minus_zero},
                                                          {infinity, at.infinity},
                                                          {-infinity, at.minus_infinity},
                                                          {1e300, at.large},
                                                          {-1e300, at.minus_large},
                                                          {nan, nan}};
      for (const auto& point : points) {
        const double x = point.first;
        const double expected = point.second;
        const double y = apply(f, Var<double>(x)).item();
        const bool close = std::abs(y - expected) <= 8 * std::numeric_limits<double>::epsilon() * std::abs(expected) &&
                           std::isfinite(expected) && expected != 0;
        CHECK_MESSAGE((close || identical(y, expected)),
                      row.name << "(" << x << ") is " << y << ", expected " << expected);
      }
    }
  });
}

TEST_CASE("NaN goes through every selection, whichever side it is on") {
  const Var<double> bad(nan);
  const Var<double> one(1.0);
  for (const Var<double>& y : {maximum(bad, one), maximum(one, bad), minimum(bad, one), minimum(one, bad), relu(bad),
                               leaky_relu(bad), elu(bad), clip(bad, 0.0, 1.0)}) {
    CHECK(std::isnan(y.item()));
  }
  for (std::size_t position = 0; position < 3; ++position) {
    Array<double> x = ones<double>({3});
    x.data()[position] = nan;
    for (const Var<double>& y : {max(Var(x)), min(Var(x)), sum(Var(x)), mean(Var(x)), logsumexp(Var(x))}) {
      CHECK(std::isnan(y.item()));
    }
  }
}

TEST_CASE("comparisons with NaN are false, and zero equals minus zero") {
  const Var<double> bad(nan);
  const Var<double> one(1.0);
  for (const Var<double>&y : {bad<one, bad <= one, bad> one, bad >= one, equal(bad, one), equal(bad, bad)}) {
    CHECK(y.item() == 0.0);
  }
  CHECK(equal(Var<double>(0.0), Var<double>(-0.0)).item() == 1.0);
  CHECK((Var<double>(1.0) <= Var<double>(1.0)).item() == 1.0);
  CHECK((Var<double>(1.0) < Var<double>(1.0)).item() == 0.0);
}

TEST_CASE("pow agrees with the standard library, special values included") {
  for (const double base : {0.0, 0.3, 1.0, 2.5, 40.0, -2.0}) {
    for (const double exponent : {-3.0, -0.5, 0.0, 0.5, 1.0, 2.0, 7.0}) {
      const double expected = std::pow(base, exponent);
      const double y = pow(Var<double>(base), exponent).item();
      const bool close = std::abs(y - expected) <= 8 * std::numeric_limits<double>::epsilon() * std::abs(expected);
      CHECK_MESSAGE((close || identical(y, expected)),
                    base << "^" << exponent << " is " << y << ", expected " << expected);
    }
  }
}

}  // namespace wengert::operations
