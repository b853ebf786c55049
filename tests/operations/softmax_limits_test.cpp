#include <autograd/autograd.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../infinity.hpp"

// Softmax and its like where rows are far from 0, where one class is sure, and where elements are infinite.

using namespace wengert;

namespace {

using Numbers = std::vector<double>;

template <class T>
Var<T> row(const Numbers& numbers) {
  Array<T> x = empty<T>({1, numbers.size()});
  std::transform(numbers.begin(), numbers.end(), x.data(), [](double v) { return static_cast<T>(v); });
  return parameter(std::move(x), "x");
}

template <class T>
void check(const Array<T>& actual, const Numbers& expected) {
  REQUIRE(actual.size() == expected.size());
  const double tolerance = 8 * std::numeric_limits<T>::epsilon();
  for (std::size_t k = 0; k < expected.size(); ++k) {
    CAPTURE(k);
    const auto value = static_cast<double>(actual.data()[k]);
    if (std::isinf(expected[k])) CHECK(value == expected[k]);
    else CHECK(std::abs(value - expected[k]) <= tolerance * std::abs(expected[k]));
  }
}

/// The gradient of sum(weights · f(x)).
template <class T, class F>
Array<T> gradient(const F& f, const Var<T>& x, const Numbers& weights) {
  Tape<T> tape;
  const Var<T> y = f(x);
  return tape.pullback(y, reshape(row<T>(weights), y.shape()), {x}).front();
}

const auto of_softmax = [](const auto& x) { return softmax(x); };
const auto of_log_softmax = [](const auto& x) { return log_softmax(x); };
const auto of_logsumexp = [](const auto& x) { return logsumexp(x, {-1}); };

}  // namespace

TEST_CASE_TEMPLATE("a common offset changes nothing, up to the largest numbers", T, float, double) {
  const double largest = std::numeric_limits<T>::max();
  for (const double offset : {0.0, 1e4, -1e4, 1e8, 1e20, -1e30, largest, -largest}) {
    CAPTURE(offset);
    const Var<T> x = row<T>({offset, offset});
    check(log_softmax(x).value(), {-std::log(2.0), -std::log(2.0)});
    check(softmax(x).value(), {0.5, 0.5});
    check(gradient<T>(of_log_softmax, x, {0, 1}), {-0.5, 0.5});
    check(gradient<T>(of_softmax, x, {0, 1}), {-0.25, 0.25});
    check(gradient<T>(of_logsumexp, x, {1}), {0.5, 0.5});
  }
  const double total = std::log(std::exp(3.0) + std::exp(1.0) + 1.0);
  check(log_softmax(row<T>({1003, 1001, 1000})).value(), {3.0 - total, 1.0 - total, -total});
}

TEST_CASE_TEMPLATE("where one class is sure, the digits of the others remain", T, float, double) {
  const std::vector<double> gaps{5.0, 20.0, 40.0, 80.0};
  for (const double gap : gaps) {
    CAPTURE(gap);
    const double small = std::exp(-gap) / (1.0 + std::exp(-gap));
    const double loss = std::log1p(std::exp(-gap));
    const Var<T> x = row<T>({gap, 0});
    check(log_softmax(x).value(), {-loss, -gap - loss});
    check(softmax(x).value(), {1.0 - small, small});
    check(gradient<T>(of_log_softmax, x, {1, 0}), {small, -small});
    check(gradient<T>(of_log_softmax, x, {0, 1}), {-(1.0 - small), 1.0 - small});
    const double slope = small * (1.0 - small);
    check(gradient<T>(of_softmax, x, {1, 0}), {slope, -slope});
    check(gradient<T>(of_softmax, x, {1, 3}), {-2.0 * slope, 2.0 * slope});
    check(gradient<T>(of_logsumexp, x, {1}), {1.0 - small, small});
  }
}

TEST_CASE_TEMPLATE("distances that are no numbers of the format cost no digits", T, float, double) {
  const T far = std::same_as<T, float> ? T(-80.1) : T(-700.1),
          near = T(0.3);  // their distance is rounded to an ulp of its own
  const long double least = std::exp(static_cast<long double>(far) - static_cast<long double>(near));
  const auto p = static_cast<double>(least / (1.0L + least));
  const Var<T> x = row<T>({near, far});
  check(softmax(x).value(), {1.0 - p, p});
  check(log_softmax(x).value(), {-p, static_cast<double>(far) - near});
  check(gradient<T>(of_log_softmax, x, {1, 0}), {p, -p});
  check(gradient<T>(of_log_softmax, x, {0, 1}), {p - 1.0, 1.0 - p});
  check(gradient<T>(of_logsumexp, x, {1}), {1.0 - p, p});
  check(gradient<T>(of_softmax, x, {0, 1}), {-p * (1.0 - p), p * (1.0 - p)});
}

TEST_CASE_TEMPLATE("the second derivatives of a sure class keep their digits", T, float, double) {
  const double small = std::exp(-20.0) / (1.0 + std::exp(-20.0)), slope = small * (1.0 - small);
  const Var<T> x = row<T>({20, 0});
  for (const auto& f :
       {std::function<Var<T>(const Var<T>&)>(of_log_softmax), std::function<Var<T>(const Var<T>&)>(of_logsumexp)}) {
    Tape<T> tape;
    const Var<T> y = f(x);
    const bool is_total = y.size() == 1;
    const Var<T> cotangent = reshape(row<T>(is_total ? Numbers{1} : Numbers{1, 0}), y.shape());
    const Var<T> g = tape.pullback(y, cotangent, {x}, recorded).front();
    const Array<T> second = tape.pullback(g, row<T>({1, 0}), {x}).front();
    check(second, is_total ? Numbers{slope, -slope} : Numbers{-slope, slope});
  }
}

TEST_CASE_TEMPLATE("infinite elements give the limit, as if equal ones went there together", T, float, double) {
  const double half = std::log(2.0);
  check(softmax(row<T>({infinity, 0})).value(), {1, 0});
  check(softmax(row<T>({infinity, infinity, 0})).value(), {0.5, 0.5, 0});
  check(softmax(row<T>({-infinity, -infinity})).value(), {0.5, 0.5});
  check(softmax(row<T>({-infinity, 0})).value(), {0, 1});
  check(log_softmax(row<T>({infinity, 0})).value(), {0, -infinity});
  check(log_softmax(row<T>({infinity, infinity, 0})).value(), {-half, -half, -infinity});
  check(log_softmax(row<T>({-infinity, -infinity})).value(), {-half, -half});
  check(logsumexp(row<T>({infinity, 0}), {-1}).value(), {infinity});
  check(logsumexp(row<T>({-infinity, -infinity}), {-1}).value(), {-infinity});
  check(gradient<T>(of_logsumexp, row<T>({infinity, 0}), {1}), {1, 0});
  check(gradient<T>(of_logsumexp, row<T>({-infinity, -infinity}), {1}), {0.5, 0.5});
  check(gradient<T>(of_softmax, row<T>({infinity, 0}), {1, 2}), {0, 0});
  check(gradient<T>(of_log_softmax, row<T>({infinity, 0}), {1, 0}), {0, 0});
  check(gradient<T>(of_log_softmax, row<T>({-infinity, 0, 0}), {0, 1, 0}), {0, 0.5, -0.5});
}

TEST_CASE_TEMPLATE("a row of NaN that is not wanted contributes nothing", T, float, double) {
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Var<T> x = parameter(Array<T>{{nan, 1}, {2, 2}}, "x");
  const Var<T> mask(Array<T>{{0, 0}, {1, 0}});
  for (const auto& f :
       {std::function<Var<T>(const Var<T>&)>(of_softmax), std::function<Var<T>(const Var<T>&)>(of_log_softmax)}) {
    Tape<T> tape;
    const Array<T> g = tape.gradient(sum(where(mask, f(x), 0.0)), {x}).front();
    CHECK(g(0, 0) == T(0));
    CHECK(g(0, 1) == T(0));
    CHECK(std::abs(static_cast<double>(g(1, 0))) > 0.2);
  }
}
