#include <doctest/doctest.h>

#include "lanes.hpp"

using namespace on_lanes;
using L = Lane<double>;
using D = Dual<double>;

namespace {

// a = 3 + 2 e, b = 5 - e, and the numbers 4 and 7 as what they are mixed with.
const D a{L(3.0), L(2.0)}, b{L(5.0), L(-1.0)};
const L lane(4.0);
constexpr wengert::Constant constant{"k", 7.0};

void check(const auto& actual, double value, double tangent) {
  CHECK(elements(actual.value)[0] == doctest::Approx(value).epsilon(1e-15));
  CHECK(elements(actual.tangent)[0] == doctest::Approx(tangent).epsilon(1e-15));
  CHECK(elements(actual.tangent).back() == elements(actual.tangent)[0]);
}

bool holds(const wengert::LaneMask<double>& mask) { return elements(where(mask, 1.0, 0.0))[0] == 1.0; }

}  // namespace

TEST_CASE("arithmetic of two duals") {
  check(a + b, 8, 1);
  check(a - b, -2, 3);
  check(a * b, 15, 2 * 5 - 3);
  check(a / b, 0.6, (2 * 5 + 3) / 25.0);
  check(-a, -3, -2);
}

TEST_CASE("arithmetic of a dual with a lane, a double and a Constant on either side") {
  check(a + lane, 7, 2);
  check(lane + a, 7, 2);
  check(a - lane, -1, 2);
  check(lane - a, 1, -2);
  check(a * lane, 12, 8);
  check(lane * a, 12, 8);
  check(a / lane, 0.75, 0.5);
  check(lane / a, 4.0 / 3, -4.0 * 2 / 9);
  check(a + 2.0, 5, 2);
  check(2.0 + a, 5, 2);
  check(a - 2.0, 1, 2);
  check(2.0 - a, -1, -2);
  check(a * 2.0, 6, 4);
  check(2.0 * a, 6, 4);
  check(a / 2.0, 1.5, 1);
  check(2.0 / a, 2.0 / 3, -4.0 / 9);
  check(a + constant, 10, 2);
  check(constant + a, 10, 2);
  check(a - constant, -4, 2);
  check(constant - a, 4, -2);
  check(a * constant, 21, 14);
  check(constant * a, 21, 14);
  check(a / constant, 3.0 / 7, 2.0 / 7);
  check(constant / a, 7.0 / 3, -14.0 / 9);
}

TEST_CASE("arithmetic of a lane with a double and a Constant") {
  CHECK(elements(lane + 1.0)[0] == 5.0);
  CHECK(elements(1.0 - lane)[0] == -3.0);
  CHECK(elements(lane * constant)[0] == 28.0);
  CHECK(elements(constant / lane)[0] == 1.75);
}

TEST_CASE("comparisons look at the value, whatever stands beside the dual") {
  CHECK(holds(a < b));
  CHECK(!holds(b < a));
  CHECK(holds(a <= a));
  CHECK(holds(b > a));
  CHECK(holds(a >= a));
  CHECK(holds(equal(a, a)));
  CHECK(!holds(equal(a, b)));
  CHECK(holds(a < lane));
  CHECK(holds(lane <= b));
  CHECK(holds(a > 2.0));
  CHECK(holds(2.0 >= 2.0 + 0.0 * lane));
  CHECK(holds(equal(a, 3.0)));
  CHECK(holds(equal(L(3.0), a)));
  CHECK(holds(a < constant));
  CHECK(holds(!(a > b) && (a < b || b < a)));
}

TEST_CASE("where takes value and tangent of one branch, whichever branch is a dual") {
  check(where(a < b, a, b), 3, 2);
  check(where(a > b, a, b), 5, -1);
  check(where(a < b, a, lane), 3, 2);
  check(where(a > b, a, lane), 4, 0);
  check(where(a < b, lane, a), 4, 0);
  check(where(a > b, 9.0, a), 3, 2);
  check(where(a < b, a, 9.0), 3, 2);
  CHECK(elements(where(a < b, 1.0, 9.0))[0] == 1.0);
}

TEST_CASE("every element of a lane is computed on its own") {
  std::vector<double> points;
  for (int k = 0; k < static_cast<int>(L::width); ++k) points.push_back(k - 1.5);
  const L x = load<double>(points);
  const auto y = where(D(x, L(1.0)) < 0.0, square(D(x, L(1.0))), 3.0 * D(x, L(1.0)));
  for (std::size_t k = 0; k < points.size(); ++k) {
    CHECK(elements(y.value)[k] == (points[k] < 0 ? points[k] * points[k] : 3 * points[k]));
    CHECK(elements(y.tangent)[k] == (points[k] < 0 ? 2 * points[k] : 3));
  }
}

TEST_CASE_TEMPLATE("a mask of the first elements", T, float, double) {
  for (std::ptrdiff_t count = 0; count <= Lane<T>::width; ++count) {
    const std::vector<T> chosen = elements(where(Lane<T>::first(count), Lane<T>(1.0), Lane<T>(0.0)));
    CHECK(std::count(chosen.begin(), chosen.end(), T(1)) == count);
    CHECK(std::is_sorted(chosen.rbegin(), chosen.rend()));
  }
}
