#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../infinity.hpp"
#include "lanes.hpp"

// What holds at kinks, ties, poles and for NaN.

using namespace on_lanes;
using L = Lane<double>;

namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN();

double first(const L& values) { return elements(values)[0]; }

/// The derivative at x.
template <class F>
double slope(const F& f, double x) {
  return first(f(Dual<double>(L(x), L(1.0))).tangent);
}

}  // namespace

TEST_CASE("equal operands of maximum and minimum share the derivative") {
  const Dual<double> two(L(2.0), L(1.0));
  CHECK(first(maximum(two, L(2.0)).tangent) == 0.5);
  CHECK(first(maximum(L(2.0), two).tangent) == 0.5);
  CHECK(first(maximum(two, two).tangent) == 1.0);
  CHECK(first(minimum(two, 2.0).tangent) == 0.5);
  CHECK(first(minimum(two, two).tangent) == 1.0);
  CHECK(first(maximum(two, L(3.0)).tangent) == 0.0);
  CHECK(first(minimum(two, L(3.0)).tangent) == 1.0);
}

TEST_CASE("the derivatives at kinks are the documented ones") {
  CHECK(slope([](auto x) { return abs(x); }, 0.0) == 0.0);
  CHECK(slope([](auto x) { return sign(x); }, 0.0) == 0.0);
  CHECK(slope([](auto x) { return relu(x); }, 0.0) == 0.0);
  CHECK(slope([](auto x) { return clip(x, -1.0, 1.0); }, 1.0) == 1.0);
  CHECK(slope([](auto x) { return clip(x, -1.0, 1.0); }, -1.0) == 1.0);
  CHECK(slope([](auto x) { return clip(x, -1.0, 1.0); }, 1.5) == 0.0);
  CHECK(slope([](auto x) { return leaky_relu(x, 0.2); }, -3.0) == 0.2);
  CHECK(slope([](auto x) { return elu(x, 2.0); }, -1.0) == doctest::Approx(2 * std::exp(-1.0)).epsilon(1e-14));
}

TEST_CASE("NaN stays NaN") {
  for (const auto& value :
       {first(maximum(L(not_a_number), L(1.0))), first(maximum(L(1.0), L(not_a_number))),
        first(minimum(L(not_a_number), L(1.0))), first(minimum(L(1.0), L(not_a_number))), first(relu(L(not_a_number))),
        first(abs(L(not_a_number))), first(sign(L(not_a_number))), first(clip(L(not_a_number), 0.0, 1.0)),
        first(softplus(L(not_a_number))), first(leaky_relu(L(not_a_number)))}) {
    CHECK(std::isnan(value));
  }
}

TEST_CASE("the saturating functions stay finite, and so do their derivatives") {
  for (const double x : {-1000.0, -100.0, 100.0, 1000.0}) {
    CAPTURE(x);
    const bool right = x > 0;
    CHECK(first(sigmoid(L(x))) == doctest::Approx(right ? 1.0 : 0.0));
    CHECK(first(tanh(L(x))) == (right ? 1.0 : -1.0));
    CHECK(first(softplus(L(x))) == doctest::Approx(right ? x : 0.0));
    CHECK(slope([](auto v) { return sigmoid(v); }, x) == doctest::Approx(0.0));
    CHECK(slope([](auto v) { return tanh(v); }, x) == doctest::Approx(0.0));
    CHECK(slope([](auto v) { return softplus(v); }, x) == doctest::Approx(right ? 1.0 : 0.0));
    CHECK(slope([](auto v) { return gelu(v); }, x) == doctest::Approx(right ? 1.0 : 0.0));
    CHECK(slope([](auto v) { return silu(v); }, x) == doctest::Approx(right ? 1.0 : 0.0));
    CHECK(slope([](auto v) { return elu(v); }, x) == doctest::Approx(right ? 1.0 : 0.0));
  }
}

TEST_CASE("the branch that where does not take adds nothing, not even NaN") {
  const auto guarded_log = [](auto x) { return where(x > 0.0, log(x), 0.0); };
  const auto guarded_root = [](auto x) { return where(x <= 0.0, 2.0 * x, sqrt(x)); };
  CHECK(slope(guarded_log, -1.0) == 0.0);
  CHECK(slope(guarded_log, 0.0) == 0.0);
  CHECK(slope(guarded_log, 2.0) == 0.5);
  CHECK(slope(guarded_root, -1.0) == 2.0);
  CHECK(slope(guarded_root, 0.0) == 2.0);
  CHECK(slope(guarded_root, 4.0) == 0.25);
}

TEST_CASE("log and roots at their ends") {
  CHECK(first(log(L(0.0))) == -infinity);
  CHECK(std::isnan(first(log(L(-1.0)))));
  CHECK(first(log1p(L(-1.0))) == -infinity);
  CHECK(first(exp(L(-infinity))) == 0.0);
  CHECK(first(exp(L(infinity))) == infinity);
  CHECK(first(rsqrt(L(0.0))) == infinity);
  CHECK(std::isnan(first(sqrt(L(-1.0)))));
  CHECK(slope([](auto x) { return sqrt(x); }, 0.0) == infinity);
}

TEST_CASE("pow has its derivatives at zero and for negative bases") {
  const auto squared = [](auto x) { return pow(x, 2.0); };
  CHECK(slope(squared, 0.0) == 0.0);
  CHECK(slope([](auto x) { return pow(x, 3.0); }, -2.0) == doctest::Approx(12.0).epsilon(1e-14));
  CHECK(slope(squared, -1.5) == doctest::Approx(-3.0).epsilon(1e-14));
  CHECK(slope([](auto x) { return pow(0.0, x); }, 2.0) == 0.0);
}

TEST_CASE("pow is that of IEEE 754 at zero, one and the infinities") {
  for (const double base : {0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, infinity, -infinity, not_a_number}) {
    for (const double exponent : {0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -0.5, -2.0, infinity, -infinity, not_a_number}) {
      CAPTURE(base);
      CAPTURE(exponent);
      const double actual = first(pow(L(base), exponent)), expected = std::pow(base, exponent);
      const bool both_nan = std::isnan(actual) && std::isnan(expected);
      CHECK((both_nan || actual == doctest::Approx(expected).epsilon(1e-15) || actual == expected));
    }
  }
}

TEST_CASE("the first power of x has derivative 1 at zero") {
  CHECK(slope([](auto x) { return pow(x, 1.0); }, 0.0) == 1.0);
}

TEST_CASE("the power zero of x has derivative 0 at zero") {
  CHECK(slope([](auto x) { return pow(x, 0.0); }, 0.0) == 0.0);
}
