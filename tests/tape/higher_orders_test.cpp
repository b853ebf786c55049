#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <cmath>

using namespace wengert;

namespace {

/// The derivatives of orders 0 to 4 of a function of one number, each a gradient of the one before.
std::vector<double> derivatives(const std::function<Var<double>(const Var<double>&)>& f, double at) {
  const auto x = parameter(scalar(at), "x");
  Tape<double> tape;
  Var<double> derivative = f(x);
  std::vector<double> values{derivative.item()};
  for (int order = 1; order <= 4; ++order) {
    derivative = tape.gradient(derivative, {x}, recorded)[0];
    values.push_back(derivative.item());
  }
  return values;
}

void check(const std::vector<double>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t order = 0; order < expected.size(); ++order) {
    CAPTURE(order);
    CHECK(actual[order] == doctest::Approx(expected[order]).epsilon(1e-13));
  }
}

}  // namespace

TEST_CASE("recorded gradients give derivatives of every order") {
  const double x = 0.7, e = std::exp(x), s = std::sin(x), c = std::cos(x), t = std::tanh(x);
  check(derivatives([](const auto& v) { return exp(v); }, x), {e, e, e, e, e});
  check(derivatives([](const auto& v) { return sin(v); }, x), {s, c, -s, -c, s});
  check(derivatives([](const auto& v) { return log(v); }, x),
        {std::log(x), 1 / x, -1 / (x * x), 2 / (x * x * x), -6 / (x * x * x * x)});
  check(derivatives([](const auto& v) { return v * v * v * v; }, x),
        {x * x * x * x, 4 * x * x * x, 12 * x * x, 24 * x, 24});
  check(derivatives([](const auto& v) { return 1.0 / v; }, x),
        {1 / x, -std::pow(x, -2), 2 * std::pow(x, -3), -6 * std::pow(x, -4), 24 * std::pow(x, -5)});
  check(derivatives([](const auto& v) { return rsqrt(v); }, x),
        {std::pow(x, -0.5), -0.5 * std::pow(x, -1.5), 0.75 * std::pow(x, -2.5), -1.875 * std::pow(x, -3.5),
         6.5625 * std::pow(x, -4.5)});
  const double u = 1 - t * t;
  check(derivatives([](const auto& v) { return tanh(v); }, x),
        {t, u, -2 * t * u, -2 * u * (1 - 3 * t * t), 8 * t * u * (2 - 3 * t * t)});
  check(derivatives([](const auto& v) { return exp(v) * sin(v); }, x),
        {e * s, e * (s + c), 2 * e * c, 2 * e * (c - s), -4 * e * s});
}

TEST_CASE("the mixed derivative of a power is the same in both orders, for an exponent of 0 as well") {
  for (const double base : {0.5, 2.0}) {
    for (const double exponent : {0.0, 1.0, 2.5}) {
      for (const bool fused : {false, true}) {
        const auto x = parameter(scalar(base), "x"), b = parameter(scalar(exponent), "b");
        Tape<double> tape;
        const auto formula = [](const auto& u, const auto& v) { return pow(u, v); };
        const Var<double> y = fused ? map(formula, x, b) : pow(x, b);
        const double expected = std::pow(base, exponent - 1) * (1 + exponent * std::log(base));
        const Var<double> by_x = tape.gradient(y, {x}, recorded)[0], by_b = tape.gradient(y, {b}, recorded)[0];
        CHECK(*tape.gradient(by_x, {b})[0].data() == doctest::Approx(expected).epsilon(1e-14));
        CHECK(*tape.gradient(by_b, {x})[0].data() == doctest::Approx(expected).epsilon(1e-14));
      }
    }
  }
}

TEST_CASE("a fused formula has derivatives of every order, the same as operation by operation") {
  const auto formula = [](auto v) { return v * exp(v) / (1.0 + square(v)); };
  check(derivatives([&](const auto& v) { return map(formula, v); }, 0.7), derivatives(formula, 0.7));
}

TEST_CASE("a fused reduction has derivatives of every order") {
  const Var<double> weights(Array<double>{1.0, 2.0, 3.0});
  const auto f = [&](const Var<double>& v) {
    return mean(
        {0}, [](auto w, auto x) { return w * x * x * x * x; }, weights, v);
  };
  check(derivatives(f, 0.5), {2 * 0.0625, 8 * 0.125, 24 * 0.25, 48 * 0.5, 48});
}

TEST_CASE("mixed derivatives do not depend on the order") {
  const auto x = parameter(scalar(0.3), "x"), y = parameter(scalar(1.7), "y");
  Tape<double> tape;
  const Var<double> f = exp(x * y) * sin(x + y * y);
  const auto first = tape.gradient(f, {x, y}, recorded);
  const double xy = tape.gradient(first[0], {y})[0](), yx = tape.gradient(first[1], {x})[0]();
  CHECK(xy == doctest::Approx(yx).epsilon(1e-14));
  CHECK(std::abs(xy) > 0.1);
}
