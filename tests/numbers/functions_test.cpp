#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <string>

#include "lanes.hpp"

using namespace on_lanes;

namespace {

/// Where a function is smooth, and what it is by the standard library.
struct Row {
  std::vector<double> points;
  std::function<double(double)> value;
};

const std::vector<double> everywhere{-3.1, -2.2, -1.4, -0.9, -0.6, -0.3, 0.2, 0.4, 0.7, 0.9, 1.3, 1.9, 2.5, 3.3};
const std::vector<double> positive{0.15, 0.3, 0.5, 0.8, 1.1, 1.7, 2.4, 3.9, 7.5, 20.0};

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }
double cumulative(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

const std::map<std::string, Row> rows{
    {"exp", {everywhere, [](double x) { return std::exp(x); }}},
    {"log", {positive, [](double x) { return std::log(x); }}},
    {"log1p", {{-0.7, -0.2, 0.01, 0.4, 1.5, 6.0}, [](double x) { return std::log1p(x); }}},
    {"expm1", {everywhere, [](double x) { return std::expm1(x); }}},
    {"sqrt", {positive, [](double x) { return std::sqrt(x); }}},
    {"rsqrt", {positive, [](double x) { return 1 / std::sqrt(x); }}},
    {"abs", {everywhere, [](double x) { return std::abs(x); }}},
    {"sign", {everywhere, [](double x) { return x > 0 ? 1.0 : -1.0; }}},
    {"tanh", {everywhere, [](double x) { return std::tanh(x); }}},
    {"sigmoid", {everywhere, logistic}},
    {"sigmoid_slope", {everywhere, [](double x) { return logistic(x) * logistic(-x); }}},
    {"softplus", {everywhere, [](double x) { return std::log1p(std::exp(x)); }}},
    {"erf", {everywhere, [](double x) { return std::erf(x); }}},
    {"gaussian", {everywhere, [](double x) { return std::exp(-x * x); }}},
    {"normal_density", {everywhere, density}},
    {"normal_cdf", {everywhere, cumulative}},
    {"sin", {everywhere, [](double x) { return std::sin(x); }}},
    {"cos", {everywhere, [](double x) { return std::cos(x); }}},
    {"square", {everywhere, [](double x) { return x * x; }}},
    {"relu", {everywhere, [](double x) { return x > 0 ? x : 0; }}},
    {"leaky_relu", {everywhere, [](double x) { return x > 0 ? x : 0.01 * x; }}},
    {"elu", {everywhere, [](double x) { return x > 0 ? x : std::expm1(x); }}},
    {"silu", {everywhere, [](double x) { return x * logistic(x); }}},
    {"gelu", {everywhere, [](double x) { return x * cumulative(x); }}},
    {"clip", {everywhere, [](double x) { return x < 0   ? 0
                                                : x > 1 ? 1
                                                        : x; }}},
};

template <class F>
void check_value(const Row& row) {
  for (double x : row.points) {
    CAPTURE(x);
    // A few units in the last place; the exponentials of rounded squares here lose some themselves.
    const double error = std::abs(elements(wengert::apply(F{}, Lane<double>(x)))[0] - row.value(x));
    CHECK(error <= 16 * 0x1p-53 * std::abs(row.value(x)));
    const auto rounded = static_cast<double>(static_cast<float>(x));
    const double actual = elements(wengert::apply(F{}, Lane<float>(rounded)))[0];
    CHECK(std::abs(actual - row.value(rounded)) <= 4 * 0x1p-24 * std::abs(row.value(rounded)));
  }
}

/// Runs all the points through whole lanes: the tangent t times the difference quotient.
template <class F>
void check_derivative(const Row& row) {
  const auto f = [](const Lane<double>& x) { return wengert::apply(F{}, x); };
  const std::size_t width = static_cast<std::size_t>(Lane<double>::width);
  for (std::size_t first = 0; first < row.points.size(); first += width) {
    const Lane<double> x = load<double>(row.points, first);
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

template <class... F>
void check_all(std::tuple<F...>) {
  CHECK(sizeof...(F) == rows.size());
  const auto check = []<class G>(G) {
    CAPTURE(std::string(G::name));
    REQUIRE(rows.count(G::name) == 1);
    check_value<G>(rows.at(G::name));
    check_derivative<G>(rows.at(G::name));
  };
  (check(F{}), ...);
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
  check_all(wengert::UnaryFunctions{});
}

TEST_CASE("every function of two numbers has the derivatives of its differences") {
  static_assert(std::tuple_size_v<wengert::BinaryFunctions> == 3);
  check_binary<wengert::primitives::Pow>({{0.7, 2.0}, {1.3, -1.5}, {2.5, 0.3}, {1.0, 3.0}, {4.0, 0.0}});
  check_binary<wengert::primitives::Maximum>({{0.7, 2.0}, {2.0, 0.7}, {-1.0, -3.0}, {-3.0, 1.0}});
  check_binary<wengert::primitives::Minimum>({{0.7, 2.0}, {2.0, 0.7}, {-1.0, -3.0}, {-3.0, 1.0}});
}
