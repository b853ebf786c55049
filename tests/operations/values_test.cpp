#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace wengert::operations {
namespace {

using Reference = long double (*)(long double);
using UnaryOfDoubles = Var<double> (*)(const Var<double>&);
using UnaryOfFloats = Var<float> (*)(const Var<float>&);

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A function with what computes it independently of this project. The values are compared on a grid of [low, high].
struct Function {
  std::string name;
  UnaryOfDoubles of_doubles;
  UnaryOfFloats of_floats;
  Reference reference;
  double low = -6;
  double high = 6;
  double units = 8;  ///< in the last place: the vector functions promise 4, compositions of two have 8
};

long double logistic(long double x) { return 1 / (1 + std::exp(-x)); }

const std::vector<Function>& functions() {
  static const std::vector<Function> all{
      {"exp", exp, exp, [](long double x) { return std::exp(x); }, -80, 80},
      {"log", log, log, [](long double x) { return std::log(x); }, 1e-6, 1e6},
      {"log1p", log1p, log1p, [](long double x) { return std::log1p(x); }, -0.999, 100},
      {"expm1", expm1, expm1, [](long double x) { return std::expm1(x); }, -20, 20},
      {"sqrt", sqrt, sqrt, [](long double x) { return std::sqrt(x); }, 0, 1e6},
      {"rsqrt", rsqrt, rsqrt, [](long double x) { return 1 / std::sqrt(x); }, 1e-6, 1e6},
      {"square", square, square, [](long double x) { return x * x; }},
      {"abs", abs, abs, [](long double x) { return std::abs(x); }},
      {"sign", sign, sign, [](long double x) { return x > 0   ? 1.0L
                                                      : x < 0 ? -1.0L
                                                              : x; }},
      {"tanh", tanh, tanh, [](long double x) { return std::tanh(x); }, -30, 30},
      {"sigmoid", sigmoid, sigmoid, logistic, -60, 60},
      {"softplus", softplus, softplus, [](long double x) { return x > 30 ? x : std::log1p(std::exp(x)); }, -60, 28},
      // xsimd's erf of doubles is 34 units off where one approximation takes over from the next, at 2.2.
      {"erf", erf, erf, [](long double x) { return std::erf(x); }, -6, 6, 35},
      {"sin", sin, sin, [](long double x) { return std::sin(x); }, -100, 100},
      {"cos", cos, cos, [](long double x) { return std::cos(x); }, -100, 100},
      {"relu", relu, relu, [](long double x) { return x > 0 ? x : 0; }},
      {"silu", silu, silu, [](long double x) { return x * logistic(x); }, -30, 30},
      {"gelu", gelu, gelu, [](long double x) { return x * (1 + std::erf(x / std::sqrt(2.0L))) / 2; }, -6, 6, 43},
  };
  return all;
}

/// 997 points: a prime, so that the last vector register is not full.
template <class T>
Array<T> grid(double low, double high) {
  Array<T> points = empty<T>({997});
  for (std::size_t i = 0; i < 997; ++i) points.data()[i] = static_cast<T>(low + (high - low) * double(i) / 996.0);
  return points;
}

/// The largest difference in units of the last place of the reference; for gelu, whose two terms cancel, of x.
template <class T>
double worst_units(const Function& f, const Var<T>& y, const Array<T>& x) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double expected = f.reference(x.data()[i]);
    const long double size = f.name == "gelu" ? std::abs(x.data()[i]) : std::abs(expected);
    const long double unit =
        std::max<long double>(size, std::numeric_limits<T>::min()) * std::numeric_limits<T>::epsilon();
    worst = std::max(worst, static_cast<double>(std::abs(y.value().data()[i] - expected) / unit));
  }
  return worst;
}

double at(UnaryOfDoubles f, double x) { return f(Var<double>(x)).item(); }

bool identical(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

}  // namespace

TEST_CASE("every elementwise function agrees with the standard library to the last places") {
  for (const Function& f : functions()) {
    const Array<double> wide = grid<double>(f.low, f.high);
    const Array<float> narrow = grid<float>(f.low, f.high);
    CHECK_MESSAGE(worst_units(f, f.of_doubles(Var(wide)), wide) <= f.units, f.name);
    CHECK_MESSAGE(worst_units(f, f.of_floats(Var(narrow)), narrow) <= f.units, f.name);
  }
}

TEST_CASE("every elementwise function has the documented value at special points") {
  constexpr double large = 1e300;
  struct Row {
    std::string name;
    double at_zero, at_minus_zero, at_infinity, at_minus_infinity, at_large, at_minus_large;
  };
  const std::vector<Row> table{
      //  name       0    -0    inf   -inf  1e300  -1e300
      {"exp", 1, 1, inf, 0, inf, 0},
      {"log", -inf, -inf, inf, nan, std::log(large), nan},
      {"log1p", 0, 0, inf, nan, std::log1p(large), nan},
      {"expm1", 0, 0, inf, -1, inf, -1},
      {"sqrt", 0, -0.0, inf, nan, std::sqrt(large), nan},
      {"rsqrt", inf, -inf, 0, nan, 1 / std::sqrt(large), nan},
      {"square", 0, 0, inf, inf, inf, inf},
      {"abs", 0, 0, inf, inf, large, large},
      {"sign", 0, -0.0, 1, -1, 1, -1},
      {"tanh", 0, -0.0, 1, -1, 1, -1},
      {"sigmoid", 0.5, 0.5, 1, 0, 1, 0},
      {"softplus", std::log(2.0), std::log(2.0), inf, 0, large, 0},
      {"erf", 0, -0.0, 1, -1, 1, -1},
      {"sin", 0, -0.0, nan, nan, std::sin(large), -std::sin(large)},
      {"cos", 1, 1, nan, nan, std::cos(large), std::cos(large)},
      {"relu", 0, 0, inf, 0, large, 0},
      {"silu", 0, -0.0, inf, nan, large, -0.0},  // -inf * 0
      {"gelu", 0, -0.0, inf, nan, large, -0.0},
  };
  REQUIRE(table.size() == functions().size());
  for (std::size_t k = 0; k < table.size(); ++k) {
    const Row& row = table[k];
    const Function& f = functions()[k];
    REQUIRE(row.name == f.name);
    const std::vector<std::pair<double, double>> points{{0.0, row.at_zero},
                                                        {-0.0, row.at_minus_zero},
                                                        {inf, row.at_infinity},
                                                        {-inf, row.at_minus_infinity},
                                                        {large, row.at_large},
                                                        {-large, row.at_minus_large},
                                                        {nan, nan}};
    for (const auto& point : points) {
      const double x = point.first;
      const double expected = point.second;
      const double y = at(f.of_doubles, x);
      const bool close = std::abs(y - expected) <= 8 * std::numeric_limits<double>::epsilon() * std::abs(expected) &&
                         std::isfinite(expected) && expected != 0;
      CHECK_MESSAGE((close || identical(y, expected)), f.name << "(" << x << ") is " << y << ", expected " << expected);
    }
  }
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
