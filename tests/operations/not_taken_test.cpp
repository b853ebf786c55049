#include <autograd/autograd.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "../infinity.hpp"

// The branch that is not taken contributes exactly 0 to every derivative, of any order, whatever it is there.

using namespace wengert;

namespace {

template <class T>
using Function = std::function<Var<T>(const Var<T>&)>;
using Numbers = std::vector<double>;

/// f and its derivatives at x: each order both as numbers and as recorded operations, which must agree.
template <class T>
Numbers derivatives(const Function<T>& f, double x, std::size_t orders) {
  const Var<T> at = parameter(Array<T>({1}, static_cast<T>(x)), "x");
  Tape<T> tape;
  Var<T> y = f(at);
  Numbers result{static_cast<double>(y.value()(0))};
  for (std::size_t order = 1; order <= orders; ++order) {
    const Var<T> total = sum(y);
    const double by_kernels = total.requires_grad() ? static_cast<double>(tape.gradient(total, {at}).front()(0)) : 0.0;
    y = total.requires_grad() ? tape.gradient(total, {at}, recorded).front() : Var<T>(zeros<T>({1}));
    const auto by_operations = static_cast<double>(y.value()(0));
    CHECK_MESSAGE((by_kernels == doctest::Approx(by_operations) || by_kernels == by_operations), order);
    result.push_back(by_operations);
  }
  return result;
}

/// Both as plain operators and as one formula for map.
template <class T, class F>
void check(const char* what, const F& f, double x, const Numbers& expected) {
  CAPTURE(what);
  CAPTURE(x);
  const auto same_numbers = [&](const Numbers& actual) {
    REQUIRE(actual.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      CAPTURE(k);
      const double tolerance = std::same_as<T, float> ? 1e-5 : 1e-13;
      if (std::isinf(expected[k])) CHECK(actual[k] == expected[k]);
      else CHECK(std::abs(actual[k] - expected[k]) <= tolerance * std::abs(expected[k]));  // exact where 0 is expected
    }
  };
  same_numbers(derivatives<T>([&](const Var<T>& v) -> Var<T> { return f(v); }, x, expected.size() - 1));
  same_numbers(derivatives<T>([&](const Var<T>& v) { return map(f, v); }, x, expected.size() - 1));
}

}  // namespace

TEST_CASE_TEMPLATE("a guarded logarithm, root, quotient and power are 0 where they are not taken", T, float, double) {
  const auto guarded_log = [](const auto& x) { return where(x > 0.0, log(x), 0.0); };
  check<T>("log at 0", guarded_log, 0.0, {0, 0, 0, 0});
  check<T>("log below 0", guarded_log, -1.0, {0, 0, 0, 0});
  check<T>("log where taken", guarded_log, 2.0, {std::log(2.0), 0.5, -0.25, 0.25});
  check<T>("root at 0", [](const auto& x) { return where(x > 0.0, sqrt(x), x); }, 0.0, {0, 1, 0, 0});
  check<T>("root below 0", [](const auto& x) { return where(x <= 0.0, 3.0 * x, sqrt(x)); }, -1.0, {-3, 3, 0, 0});
  check<T>("quotient", [](const auto& x) { return where(equal(x, 0.0), 1.0, sin(x) / x); }, 0.0, {1, 0, 0, 0});
  check<T>("power", [](const auto& x) { return where(x > 0.0, pow(x, -1.5), x); }, 0.0, {0, 1, 0, 0});
  check<T>("overflow", [](const auto& x) { return where(x < 100.0, exp(x * x), x); }, 100.0, {100, 1, 0, 0});
  check<T>("NaN", [](const auto& x) { return where(x > 0.0, x, log(x) * sqrt(x)); }, 0.5, {0.5, 1, 0, 0});
  check<T>("NaN on the other side", [](const auto& x) { return where(x > 0.0, log(x) * sqrt(x), x * x); }, -1.0,
           {1, -2, 2, 0});
}

TEST_CASE_TEMPLATE("a choice within a choice", T, float, double) {
  const auto nested = [](const auto& x) {
    return where(x > 1.0, log(x), where(x > 0.0, x * x, where(x > -1.0, -x, 1.0 / x)));
  };
  check<T>("logarithm", nested, 2.0, {std::log(2.0), 0.5, -0.25, 0.25});
  check<T>("square", nested, 0.5, {0.25, 1, 2, 0});
  check<T>("at 0", nested, 0.0, {0, -1, 0, 0});
  check<T>("inverse", nested, -2.0, {-0.5, -0.25, -0.25, -0.375});
}

TEST_CASE_TEMPLATE("what follows a choice may be infinite where nothing was taken", T, float, double) {
  check<T>("root of relu", [](const auto& x) { return sqrt(relu(x)); }, -1.0, {0, 0, 0, 0});
  check<T>("root of a choice", [](const auto& x) { return sqrt(where(x > 0.0, x, 0.0)); }, -1.0, {0, 0, 0, 0});
  check<T>("logarithm of a bound", [](const auto& x) { return log(clip(x, 0.0, 1.0)); }, -1.0, {-infinity, 0, 0, 0});
  check<T>("root of a maximum", [](const auto& x) { return sqrt(maximum(x, 0.0)); }, -1.0, {0, 0, 0, 0});
  check<T>("quotient by a choice", [](const auto& x) { return where(x > 0.0, x, 0.0) / relu(x + 2.0); }, -1.0,
           {0, 0, 0, 0});
}

TEST_CASE_TEMPLATE("powers lose their last factors without NaN", T, float, double) {
  check<T>("exp(-x²)", [](const auto& x) { return exp(-pow(x, 2.0)); }, 0.0, {1, 0, -2, 0, 12});
  check<T>("x⁰", [](const auto& x) { return pow(x, 0.0); }, 0.0, {1, 0, 0, 0});
  check<T>("x¹", [](const auto& x) { return pow(x, 1.0); }, 0.0, {0, 1, 0, 0});
  check<T>("x³", [](const auto& x) { return pow(x, 3.0); }, 0.0, {0, 0, 0, 6, 0});
  check<T>("x³ of a negative number", [](const auto& x) { return pow(x, 3.0); }, -2.0, {-8, 12, -12, 6, 0});
}

TEST_CASE_TEMPLATE("functions that choose by themselves", T, float, double) {
  check<T>("elu beyond the range of exp", [](const auto& x) { return elu(x); }, 1000.0, {1000, 1, 0, 0});
  check<T>("elu at infinity", [](const auto& x) { return elu(x); }, -infinity, {-1, 0, 0, 0});
  check<T>("relu of what overflows", [](const auto& x) { return relu(-exp(x * 1000.0)); }, 1.0, {0, 0, 0, 0});
  check<T>("clip of what overflows", [](const auto& x) { return clip(exp(x * 1000.0), -1.0, 1.0); }, 1.0, {1, 0, 0, 0});
  check<T>("minimum", [](const auto& x) { return minimum(x, exp(x * 1000.0)); }, 1.0, {1, 1, 0, 0});
  check<T>("maximum", [](const auto& x) { return maximum(x, log(x)); }, 0.0, {0, 1, 0, 0});
  check<T>("abs", [](const auto& x) { return abs(x) + abs(relu(-x)); }, 2.0, {2, 1, 0, 0});
  check<T>("sign", [](const auto& x) { return sign(1.0 / x) * x; }, 0.0, {0, 1, 0, 0});
  check<T>("leaky_relu", [](const auto& x) { return leaky_relu(x, 0.25) * relu(x); }, -2.0, {0, 0, 0, 0});
}

TEST_CASE_TEMPLATE("a cotangent that is 0 by itself keeps its mixed derivatives", T, float, double) {
  // f = a log(x) at a = 0: df/dx = a / x is 0 there, but its derivative with respect to a is 1 / x.
  const Var<T> a = parameter(Array<T>({1}, T(0)), "a"), x = parameter(Array<T>({1}, T(4)), "x");
  Tape<T> tape;
  const Var<T> slope = tape.gradient(sum(a * log(x)), {x}, recorded).front();
  CHECK(slope.value()(0) == T(0));
  CHECK(tape.gradient(sum(slope), {a}).front()(0) == T(0.25));
}

TEST_CASE("an infinite cotangent times a derivative of 0 is NaN: nothing says that the operand was not taken") {
  const Var<double> w = parameter(zeros<double>({3}), "w");
  Tape<double> tape;
  const Array<double> gradient = tape.gradient(sqrt(sum(square(w))), {w}).front();
  for (const double g : gradient) CHECK(std::isnan(g));
}

TEST_CASE("masks are joined and turned round, in formulas and on Vars") {
  const auto first_quadrant = [](const auto& x, const auto& y) { return where(x > 0.0 && y > 0.0, x, y); };
  const auto outside = [](const auto& x, const auto& y) { return where(!(x <= 0.0) || y < 0.0, x, 2.0 * y); };
  for (const double a : {-1.0, 0.0, 2.0}) {
    for (const double b : {-3.0, 0.0, 4.0}) {
      const Var<double> x = parameter(Array<double>({1}, a), "x"), y = parameter(Array<double>({1}, b), "y");
      Tape<double> tape;
      const double expected = a > 0.0 && b > 0.0 ? a : b;
      CHECK(first_quadrant(x, y).value()(0) == expected);
      CHECK(map(first_quadrant, x, y).value()(0) == expected);
      CHECK(outside(x, y).value()(0) == (a > 0.0 || b < 0.0 ? a : 2.0 * b));
      CHECK(map(outside, x, y).value()(0) == (a > 0.0 || b < 0.0 ? a : 2.0 * b));
      CHECK(tape.gradient(sum(first_quadrant(x, y)), {x}).front()(0) == (a > 0.0 && b > 0.0 ? 1.0 : 0.0));
    }
  }
  CHECK(text(first_quadrant(Symbol("x"), Symbol("y"))) == "where((x > 0) ∧ (y > 0), x, y)");
  CHECK(text(outside(Symbol("x"), Symbol("y"))) == "where(not(x ≤ 0) ∨ (y < 0), x, 2 · y)");
}
