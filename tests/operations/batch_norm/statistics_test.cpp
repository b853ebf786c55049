#include <doctest/doctest.h>

#include <limits>

#include "problem.hpp"

// The numerics of the statistics, in float above all.

using namespace wengert;
using namespace wengert::hand_derived;

namespace {

/// The mean and the biased variance of the elements of channel c, in extended precision.
template <class T>
std::pair<long double, long double> true_statistics(const Array<T>& x, const Channels& channels, std::size_t c) {
  const auto m = static_cast<long double>(channels.values_per_channel);
  long double mean = 0.0L, variance = 0.0L;
  for (std::size_t i = 0; i < x.size(); ++i) mean += channels.of[i] == c ? x.data()[i] / m : 0.0L;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double distance = x.data()[i] - mean;
    variance += channels.of[i] == c ? distance * distance / m : 0.0L;
  }
  return {mean, variance};
}

template <class T>
BatchNormalised<T> normalise_batch(const Array<T>& x, const Axes& axes, double epsilon = 1e-5) {
  const Shape groups = reduced_shape(x.shape(), normalise_axes("test", axes, x.dimension()), Dims::drop);
  return batch_norm<T>(x, ones<T>(groups), zeros<T>(groups), axes, epsilon);
}

}  // namespace

TEST_CASE_TEMPLATE("a constant feature becomes beta to the last bit", T, float, double) {
  using Form = BatchNormalised<T> (*)(const Var<T>&, const Var<T>&, const Var<T>&, const Axes&, double);
  Generator generator(21);
  for (const double constant : {0.0, 0.1, -1.0 / 3.0, 100.0, 1e6 + 0.1, 16777215.0, -3e-20, 7e17}) {
    for (const std::size_t N : std::vector<std::size_t>{2, 3, 7, 10, 37, 100, 999, 6553}) {
      CAPTURE(constant);
      CAPTURE(N);
      Array<T> x = generator.normal<T>({N, 3});
      for (std::size_t n = 0; n < N; ++n) x.data()[3 * n + 1] = static_cast<T>(constant);
      const Array<T> gamma = generator.normal<T>({3}), beta = generator.normal<T>({3});
      for (const Form form : {Form(batch_norm<T>), Form(batch_norm_forms::batch_norm_by_operators<T>),
                              Form(batch_norm_forms::batch_norm_epsilon_outside<T>)}) {
        const BatchNormalised<T> result = form(x, gamma, beta, {0}, 1e-5);
        CHECK(result.mean.value().data()[1] == static_cast<T>(constant));
        CHECK(result.variance.value().data()[1] == T(0));
        std::size_t different = 0;
        for (std::size_t n = 0; n < N; ++n) different += result.y.value().data()[3 * n + 1] != beta.data()[1];
        CHECK(different == 0);
      }
    }
  }
}

TEST_CASE("a constant feature has d_gamma zero and d_x = gamma / sqrt(epsilon) (g - mean g)") {
  Generator generator(22);
  Problem problem = make_problem(generator, {12, 2}, {0}, 1e-5);
  for (std::size_t n = 0; n < 12; ++n) problem.x.data()[2 * n] = 0.7;
  double mean = 0.0;
  for (std::size_t n = 0; n < 12; ++n) mean += problem.d_y.data()[2 * n] / 12;
  for (const NamedForm& form : {fused, by_operators}) {
    const Derived derived = derive(problem, form);
    CHECK(derived.d_gamma.data()[0] == 0.0);
    for (std::size_t n = 0; n < 12; ++n) {
      const double expected = problem.gamma.data()[0] / std::sqrt(1e-5) * (problem.d_y.data()[2 * n] - mean);
      CHECK(derived.d_x.data()[2 * n] == doctest::Approx(expected).epsilon(1e-12));
    }
  }
}

TEST_CASE("float statistics survive ten thousand values of 1e6 +- 1") {
  for (const auto& [layout, reduced] :
       {std::pair{Shape{10000, 1}, Axes{0}}, std::pair{Shape{10000, 3}, Axes{0}},
        std::pair{Shape{100, 3, 100}, Axes{0, 2}}, std::pair{Shape{3, 10000}, Axes{1}}}) {
    const Shape shape = layout;
    const Axes axes = reduced;
    CAPTURE(to_string(shape));
    Array<float> x = empty<float>(shape);
    const Channels channels = make_channels(shape, axes);
    std::vector<std::size_t> seen(channels.count);
    for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = ++seen[channels.of[i]] % 2 == 0 ? 1e6f + 1 : 1e6f - 1;
    const BatchNormalised<float> result = normalise_batch(x, axes);
    for (std::size_t c = 0; c < channels.count; ++c) {
      CHECK(result.mean.value().data()[c] == 1e6f);
      CHECK(result.variance.value().data()[c] == 1.0f);
    }
  }
}

// The mean is rounded to a float, by at most half a unit in the last place of 1e6, that is 2^-5; the variance is that
// around the mean that was not rounded.
TEST_CASE("float statistics of random values around 1e6 are as exact as floats allow") {
  Generator generator(23);
  for (const auto& [layout, reduced] : {std::pair{Shape{10000, 3}, Axes{0}}, std::pair{Shape{100, 3, 100}, Axes{0, 2}},
                                        std::pair{Shape{3, 9999}, Axes{1}}}) {
    const Shape shape = layout;
    const Axes axes = reduced;
    CAPTURE(to_string(shape));
    const Array<float> x = generator.normal<float>(shape, 1e6, 1.0);
    const Channels channels = make_channels(shape, axes);
    const BatchNormalised<float> result = normalise_batch(x, axes);
    for (std::size_t c = 0; c < channels.count; ++c) {
      const auto [mean, variance] = true_statistics(x, channels, c);
      const long double mean_error = result.mean.value().data()[c] - mean;
      CHECK(std::abs(mean_error) <= 0x1p-5L);
      CHECK(std::abs(result.variance.value().data()[c] - variance) < 1e-6L);
    }
  }
}

// Adjoints of floats are added up in runs of at most 128 lanes: 128 roundings relative to the summands, and a few more.
TEST_CASE("the float gradient agrees with the double one") {
  Generator generator(24);
  constexpr double tolerance = 160 * 0x1p-24;
  double worst = 0.0;
  for (int k = 0; k < 300; ++k) {
    Problem problem = random_problem(generator);
    const Array<float> x = generator.normal<float>(problem.x.shape(), 0.5), gamma = cast<float>(problem.gamma);
    const Array<float> beta = cast<float>(problem.beta), d_y = cast<float>(problem.d_y);
    problem.x = cast<double>(x), problem.gamma = cast<double>(gamma);
    problem.beta = cast<double>(beta), problem.d_y = cast<double>(d_y);
    problem.epsilon = static_cast<double>(static_cast<float>(problem.epsilon));

    const Derived expected = derive(problem, fused);
    const BatchNormScales scales = batch_norm_scales(
        batch_norm_forward(problem.x, problem.gamma, problem.beta, problem.axes, problem.epsilon), problem.d_y);
    const auto px = parameter(x), pgamma = parameter(gamma), pbeta = parameter(beta);
    Tape<float> tape;
    const Var<float> y = batch_norm(px, pgamma, pbeta, problem.axes, problem.epsilon).y;
    const auto d = tape.pullback(y, d_y, {px, pgamma, pbeta});
    const auto check = [&](const Array<float>& actual, const Array<double>& reference, const Values& scale) {
      const Array<double> wide = cast<double>(actual);
      const double error = compare(elements(wide), elements(reference), scale).largest;
      worst = std::max(worst, error);
      CHECK(error < tolerance);
    };
    check(d[0], expected.d_x, scales.d_x);
    check(d[1], expected.d_gamma, scales.d_gamma);
    check(d[2], expected.d_beta, scales.d_beta);
  }
  MESSAGE("float against double, worst relative error: " << worst);
}

TEST_CASE("a batch of ten thousand rows has the hand-derived gradient") {
  Generator generator(25);
  const Problem problem = make_problem(generator, {10000, 3}, {0}, 1e-5, 100.0);
  const Derived derived = derive(problem, fused);
  const BatchNormForward forward = batch_norm_forward(problem.x, problem.gamma, problem.beta, {0}, 1e-5);
  const IoffeSzegedyBackward by_hand = ioffe_szegedy_backward(forward, problem.d_y);
  const BatchNormScales scales = batch_norm_scales(forward, problem.d_y);
  CHECK(compare(elements(derived.d_x), by_hand.d_x, scales.d_x).largest < 1e-14);
  CHECK(compare(elements(derived.d_gamma), by_hand.d_gamma, scales.d_gamma).largest < 1e-14);
  CHECK(compare(elements(derived.d_beta), by_hand.d_beta, scales.d_beta).largest < 1e-14);
}
