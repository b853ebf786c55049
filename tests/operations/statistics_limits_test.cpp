#include <autograd/autograd.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../error_text.hpp"

// Means and variances of numbers that are far from 0 and close to each other, or nearly too large.

using namespace wengert;

namespace {

/// (1, n): m + step · i.
template <class T>
Array<T> ramp(double m, double step, std::size_t n) {
  Array<T> x = empty<T>({1, n});
  for (std::size_t i = 0; i < n; ++i) x.data()[i] = static_cast<T>(m + step * static_cast<double>(i));
  return x;
}

/// (x - mean(x)) / sqrt(var(x) + epsilon) of the stored elements in long doubles.
template <class T>
std::vector<long double> normalised(const Array<T>& x, long double epsilon) {
  const auto n = static_cast<long double>(x.size());
  long double mean = 0, variance = 0;
  for (const T v : x) mean += static_cast<long double>(v) / n;
  for (const T v : x) variance += (v - mean) * (v - mean) / n;
  std::vector<long double> y;
  for (const T v : x) y.push_back((v - mean) / std::sqrt(variance + epsilon));
  return y;
}

template <class T>
double largest_error(const Array<T>& actual, const std::vector<long double>& expected) {
  REQUIRE(actual.size() == expected.size());
  long double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const long double error = std::abs(static_cast<long double>(actual.data()[i]) - expected[i]);
    worst = std::max(worst, error / std::max(std::abs(expected[i]), 0.1L));
  }
  return static_cast<double>(worst);
}

}  // namespace

TEST_CASE_TEMPLATE("a row far from 0 is normalised as exactly as its elements allow", T, float, double) {
  const double scale = std::same_as<T, float> ? 1.0 : 1e9;
  for (const double m : {0.0, 1.0, 1000.0, 10000.0, -10000.0, 16000.0}) {
    CAPTURE(m);
    const Array<T> x = ramp<T>(m * scale, 0.001 * scale / (scale == 1.0 ? 1.0 : 1e9), 16);
    const Var<T> row(x), gamma(ones<T>({16})), beta(zeros<T>({16}));
    const Var<T> y = normalise(row, moments(row, {1}), gamma, beta, 1e-5);
    CHECK(largest_error(y.value(), normalised(x, 1e-5L)) < 16 * std::numeric_limits<T>::epsilon());
    const BatchNormalised<T> batch = batch_norm(row, Var<T>(ones<T>({1})), Var<T>(zeros<T>({1})), {1});
    CHECK(largest_error(batch.y.value(), normalised(x, 1e-5L)) < 16 * std::numeric_limits<T>::epsilon());
  }
}

TEST_CASE("layer norm of floats around 1000 and 10000") {
  const auto first = [](double m) {
    const Var<float> row(ramp<float>(m, 0.001, 16));
    return normalise(row, moments(row, {1}), Var<float>(ones<float>({16})), Var<float>(zeros<float>({16})), 1e-5)
        .value()(0, 0);
  };
  CHECK(first(1000.0) == doctest::Approx(-1.341508).epsilon(1e-6));
  CHECK(first(10000.0) == doctest::Approx(-1.331333).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("the variance does not see a mean that is no element", T, float, double) {
  const double large = std::same_as<T, float> ? 0x1p24 : 0x1p53;  // large + 1 is no element
  CHECK(variance(Var<T>(Array<T>{static_cast<T>(large), static_cast<T>(large + 2)})).item() == T(1));
}

TEST_CASE("a mean and a sum are finite where only their way there overflows") {
  const Array<double> large{1.5e308, 1.5e308, 1.5e308, 1.5e308};
  CHECK(mean(Var<double>(large)).item() == 1.5e308);
  CHECK(sum(Var<double>(Array<double>{1.5e308, 1.5e308, -1.5e308, -1.5e308, 1e300})).item() == 1e300);
  CHECK(mean(Var<double>(full<double>({3, 1000}, -1.7e308)), {1}).value() == full<double>({3}, -1.7e308));
  CHECK(std::isinf(sum(Var<double>(large)).item()));
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(mean(Var<double>(Array<double>{inf, 1.0})).item() == inf);
  const Var<double> x = parameter(large, "x");
  Tape<double> tape;
  CHECK(tape.gradient(mean(x), {x}).front() == full<double>({4}, 0.25));
}

TEST_CASE("a mean and a sum do not depend on another that overflows on its way, or is infinite") {
  const double inf = std::numeric_limits<double>::infinity(), least = std::numeric_limits<double>::denorm_min();
  for (const double large : {1.7e308, inf, std::numeric_limits<double>::quiet_NaN()}) {
    CAPTURE(large);
    const Var<double> x(Array<double>{{large, large, large}, {least, least, least}});
    CHECK(mean(x, {1}).value()(1) == least);
    CHECK(sum(x, {1}).value()(1) == 3 * least);
    CHECK(mean(transpose(x), {0}).value()(1) == least);
  }
  CHECK(mean(Var<double>(Array<double>{{1.7e308, 1.7e308}, {least, least}}), {1}).value()(0) == 1.7e308);
}

TEST_CASE_TEMPLATE("a variance that overflows is an Error that names the array; NaN passes through", T, float, double) {
  const T large = std::sqrt(std::numeric_limits<T>::max()) * T(4);
  const Var<T> x = Var<T>(Array<T>{{large, -large}, {1, 2}}).named("h");
  const Var<T> gamma = parameter(ones<T>({2}), "γ"), beta(zeros<T>({2}));
  Tape<T> tape;
  const auto says = [&](const auto& operation, const std::string& name) {
    CHECK(contains(error_text(operation), name + " the elements of 'h' (2, 2) are too far from each other: their"
                                                 " squares over the axes {1} overflow; scale them down"));
    CHECK(tape.size() == 0);
  };
  says([&] { moments(x, {1}); }, "[moments]");
  says([&] { variance(x, {1}); }, "[variance]");
  says([&] { normalise(x, gamma, beta, {1}, 1e-5); }, "[normalise]");
  says([&] { batch_norm(x, gamma, beta, {1}); }, "[batch_norm]");
  CHECK(contains(error_text([&] { variance(x); }), "their squares over the axes {0, 1} overflow"));
  const Var<T> broken(Array<T>{{std::numeric_limits<T>::quiet_NaN(), 1}});
  CHECK(std::isnan(moments(broken, {1}).variance.value()(0, 0)));
}

TEST_CASE("a reduction of no elements names the operand, its shape and itself") {
  const Var<double> x = parameter(zeros<double>({0, 3}), "images"), scale(ones<double>({3})), shift(zeros<double>({3}));
  const Var<double> planes = parameter(zeros<double>({2, 3, 0, 4}), "planes");
  Tape<double> tape;
  const auto says = [](const auto& operation, const std::string& text) {
    const std::string found = error_text(operation);
    CHECK_MESSAGE(found.starts_with(text + " has no elements along the axes {"), found);
    CHECK(contains(found, "expected at least one"));
  };
  says([&] { return mean(x, {0}); }, "[mean] 'images' (0, 3)");
  says([&] { return mean(x); }, "[mean] 'images' (0, 3)");
  says([&] { return variance(x, {0}); }, "[variance] 'images' (0, 3)");
  says([&] { return max(x, {0}); }, "[max] 'images' (0, 3)");
  says([&] { return min(x, {0}); }, "[min] 'images' (0, 3)");
  says([&] { return logsumexp(x, {0}); }, "[logsumexp] 'images' (0, 3)");
  says([&] { return moments(x, {0}).mean; }, "[moments] 'images' (0, 3)");
  says([&] { return normalise(x, scale, shift, {0}, 1e-5).y; }, "[normalise] 'images' (0, 3)");
  says([&] { return global_avg_pool2d(planes); }, "[global_avg_pool2d] 'planes' (2, 3, 0, 4)");
  CHECK(contains(error_text([&] { batch_norm(x, scale, shift, {0}, 1e-5); }), "[batch_norm] 'images' (0, 3) has no"));
  CHECK(tape.size() == 0);
  CHECK(max(x, {1}).shape() == Shape{0});  // as many results as elements: none
  CHECK(mean(x, {1}).shape() == Shape{0});
}

TEST_CASE_TEMPLATE("a variance that overflows is refused before its mean is on the tape", T, float, double) {
  const T most = std::numeric_limits<T>::max();
  const Var<T> x = parameter(Array<T>{most, -most}, "x");
  Tape<T> tape;
  CHECK(contains(error_text([&] { variance(x); }), "'x' (2,) are too far from each other"));
  CHECK(contains(error_text([&] { moments(x, {0}); }), "'x' (2,) are too far from each other"));
  CHECK(tape.size() == 0);
}

TEST_CASE("an epsilon that is none among floats is refused, for it would make NaN of a constant feature") {
  const Var<float> x = parameter(full<float>({2, 3}, 7.0F), "x"), one(1.0F), zero(0.0F);
  Tape<float> tape;
  CHECK(contains(error_text([&] { normalise(x, one, zero, {1}, 1e-60); }),
                 "[normalise] epsilon is 1e-60, which is 0 among floats"));
  CHECK(contains(error_text([&] { normalise(x, zero, zero, one, zero, 1e60); }), "which is infinite among floats"));
  CHECK(tape.size() == 0);
  CHECK(normalise(x, one, zero, {1}, 1e-44).y.value() == zeros<float>({2, 3}));
  const Var<double> wide(cast<double>(x.value()));
  CHECK(normalise(wide, Var<double>(1.0), Var<double>(0.0), {1}, 1e-60).y.value() == zeros<double>({2, 3}));
}
