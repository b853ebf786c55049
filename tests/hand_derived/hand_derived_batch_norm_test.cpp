#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>

#include <cmath>

#include "batch_norm.hpp"
#include "finite_difference.hpp"

// The references are judged before they judge: against each other, against exact identities, against finite differences
// of the formula written afresh in extended precision, and against a value known to sixty digits.

using namespace wengert;
using namespace wengert::hand_derived;

namespace {

struct Problem {
  Axes axes;
  double epsilon;
  Array<double> x, gamma, beta, d_y;
};

Problem random_problem(Generator& generator, const Shape& shape, const Axes& axes, double epsilon, double offset) {
  const double scale = std::pow(10.0, generator.uniform(-2.0, 2.0));
  const Shape per_channel{make_channels(shape, axes).count};
  return {axes,
          epsilon,
          generator.normal<double>(shape, offset * scale, scale),
          generator.normal<double>(per_channel),
          generator.normal<double>(per_channel),
          generator.normal<double>(shape)};
}

/// One of the usual layouts, or any axes of four; at least eight values per channel.
Problem random_problem(Generator& generator) {
  const std::size_t N = 8 + generator.below(25), C = 1 + generator.below(5), L = 1 + generator.below(6);
  const double epsilon = std::pow(10.0, generator.uniform(-8.0, -1.0));
  const double offset = std::pow(10.0, generator.uniform(-1.0, 4.0));
  switch (generator.below(4)) {
    case 0:
      return random_problem(generator, {N, C}, {0}, epsilon, offset);
    case 1:
      return random_problem(generator, {N, C, L}, {0, 2}, epsilon, offset);
    case 2:
      return random_problem(generator, {N, C, L, 3}, {0, 2, 3}, epsilon, offset);
    default:
      return random_problem(generator, {C, 3, N, L}, {-2, 1}, epsilon, offset);
  }
}

BatchNormForward run_forward(const Problem& problem, Epsilon place = Epsilon::inside_root) {
  return batch_norm_forward(problem.x, problem.gamma, problem.beta, problem.axes, problem.epsilon, place);
}

/// sum_i d_y_i y_i by the definition of batch normalisation, channel after channel.
long double batch_norm_loss(const Wide& x, const Wide& gamma, const Wide& beta, const Problem& problem, Epsilon place) {
  const Channels channels = make_channels(problem.x.shape(), problem.axes);
  const auto m = static_cast<long double>(channels.values_per_channel);
  Wide mean(channels.count), variance(channels.count);
  for (std::size_t i = 0; i < x.size(); ++i) mean[channels.of[i]] += x[i] / m;
  for (std::size_t i = 0; i < x.size(); ++i)
    variance[channels.of[i]] += std::pow(x[i] - mean[channels.of[i]], 2.0L) / m;
  long double loss = 0.0L;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = channels.of[i];
    const long double deviation = place == Epsilon::inside_root ? std::sqrt(variance[c] + problem.epsilon)
                                                                : std::sqrt(variance[c]) + problem.epsilon;
    loss += elements(problem.d_y)[i] * (gamma[c] * (x[i] - mean[c]) / deviation + beta[c]);
  }
  return loss;
}

/// Checks the three gradients with finite differences.
void check_numerically(const ClosedFormBackward& back, const Problem& problem, Epsilon place) {
  const Wide x = widen(problem.x), gamma = widen(problem.gamma), beta = widen(problem.beta);
  const auto loss_of_x = [&](const Wide& v) { return batch_norm_loss(v, gamma, beta, problem, place); };
  const auto loss_of_gamma = [&](const Wide& v) { return batch_norm_loss(x, v, beta, problem, place); };
  const auto loss_of_beta = [&](const Wide& v) { return batch_norm_loss(x, gamma, v, problem, place); };
  const BatchNormForward forward = run_forward(problem, place);
  const BatchNormScales scales = batch_norm_scales(forward, problem.d_y);
  const long double h = 0x1p-11L * forward.deviation[0];
  CHECK(compare(back.d_x, numeric_gradient(loss_of_x, x, h), scales.d_x).largest < 1e-10);
  CHECK(compare(back.d_gamma, numeric_gradient(loss_of_gamma, gamma), scales.d_gamma).largest < 1e-10);
  CHECK(compare(back.d_beta, numeric_gradient(loss_of_beta, beta), scales.d_beta).largest < 1e-10);
}

}  // namespace

TEST_CASE("elements that differ only along the reduced axes share a channel") {
  CHECK(make_channels({3, 2}, {0}).of == std::vector<std::size_t>{0, 1, 0, 1, 0, 1});
  CHECK(make_channels({2, 2, 2}, {0, 2}).of == std::vector<std::size_t>{0, 0, 1, 1, 0, 0, 1, 1});
  CHECK(make_channels({2, 2, 2}, {-2}).of == std::vector<std::size_t>{0, 1, 0, 1, 2, 3, 2, 3});
  CHECK(make_channels({5, 4, 3, 2}, {0, 2, 3}).count == 4);
  CHECK(make_channels({5, 4, 3, 2}, {0, 2, 3}).values_per_channel == 30);
}

TEST_CASE("the three derivations of batch norm's gradient agree term by term") {
  Generator generator(1);
  for (int round = 0; round < 1000; ++round) {
    CAPTURE(round);
    const Problem problem = random_problem(generator);
    const BatchNormForward forward = run_forward(problem);
    const IoffeSzegedyBackward a = ioffe_szegedy_backward(forward, problem.d_y);
    const StepByStepBackward b = step_by_step_backward(forward, problem.d_y);
    const ClosedFormBackward c = closed_form_backward(forward, problem.d_y);
    const BatchNormScales scales = batch_norm_scales(forward, problem.d_y);
    CHECK(compare(a.d_x_hat, b.d_x_hat).exact);
    CHECK(compare(a.d_variance, b.d_variance, scales.d_variance).largest < 1e-12);
    CHECK(compare(a.d_mean, b.d_mean, scales.d_mean).largest < 1e-12);
    CHECK(compare(a.d_x_through_x_hat, b.d_x_minus_mean_through_x_hat, scales.d_x).largest < 1e-12);
    CHECK(compare(a.d_x_through_variance, b.d_x_minus_mean_through_squared, scales.d_x).largest < 1e-12);
    CHECK(compare(a.d_x_through_mean, b.d_x_through_mean, scales.d_x).largest < 1e-12);
    for (const Values* d_x : {&a.d_x, &b.d_x}) CHECK(compare(*d_x, c.d_x, scales.d_x).largest < 1e-12);
    for (const Values* d_gamma : {&a.d_gamma, &b.d_gamma}) {
      CHECK(compare(*d_gamma, c.d_gamma, scales.d_gamma).largest < 1e-12);
    }
    for (const Values* d_beta : {&a.d_beta, &b.d_beta}) CHECK(compare(*d_beta, c.d_beta, scales.d_beta).exact);
  }
}

TEST_CASE("batch norm's input gradient has no component along ones and only epsilon's along x_hat") {
  Generator generator(2);
  for (int round = 0; round < 100; ++round) {
    CAPTURE(round);
    const Problem problem = random_problem(generator);
    const BatchNormForward forward = run_forward(problem);
    const IoffeSzegedyBackward back = ioffe_szegedy_backward(forward, problem.d_y);
    const BatchNormScales scales = batch_norm_scales(forward, problem.d_y);
    const std::size_t C = forward.channels.count;
    Values along_ones(C), along_x_hat(C), expected_along_x_hat(C);
    for (std::size_t i = 0; i < back.d_x.size(); ++i) {
      along_ones[forward.channels.of[i]] += back.d_x[i];
      along_x_hat[forward.channels.of[i]] += back.d_x[i] * forward.x_hat[i];
    }
    for (std::size_t c = 0; c < C; ++c) {  // gamma/s eps/(var + eps) sum(g x_hat)
      const double epsilons_share = problem.epsilon / (forward.variance[c] + problem.epsilon);
      expected_along_x_hat[c] = forward.gamma[c] / forward.deviation[c] * epsilons_share * back.d_gamma[c];
    }
    CHECK(compare(along_ones, Values(C, 0.0), scales.d_mean).largest < 1e-12);
    CHECK(compare(along_x_hat, expected_along_x_hat, scales.d_mean).largest < 1e-12);
  }
}

TEST_CASE("batch norm's closed forms agree with finite differences, epsilon inside and outside the root") {
  Generator generator(3);
  for (int round = 0; round < 10; ++round) {
    CAPTURE(round);
    const Problem problem = random_problem(generator, {10, 2, 2}, {0, 2}, generator.uniform(1e-3, 0.5), 3.0);
    const BatchNormForward inside = run_forward(problem), outside = run_forward(problem, Epsilon::outside_root);
    check_numerically(closed_form_backward(inside, problem.d_y), problem, Epsilon::inside_root);
    check_numerically(epsilon_outside_backward(outside, problem.d_y), problem, Epsilon::outside_root);
  }
}

TEST_CASE("batch norm along a curve has the value and the derivative known to sixty digits") {
  // pytorch issue 196699: x_i(t) = (i + 1) t + (i % 3 - 1) t^2 + i and f = sum_i (i + 1) y_i at t = -6.
  const double t = -6.0;
  Problem problem{
      {0, 2}, 0.25, empty<double>({2, 2, 2}), empty<double>({2}), empty<double>({2}), empty<double>({2, 2, 2})};
  Values x_dot;
  for (int i = 0; i < 8; ++i) {
    problem.x.data()[i] = (i + 1) * t + (i % 3 - 1) * t * t + i;
    problem.d_y.data()[i] = i + 1;
    x_dot.push_back((i + 1) + (i % 3 - 1) * 2 * t);
  }
  problem.gamma.data()[0] = 1.5, problem.gamma.data()[1] = -0.5;
  problem.beta.data()[0] = 0.25, problem.beta.data()[1] = 1.0;
  const BatchNormForward forward = run_forward(problem);
  const Values d_x = step_by_step_backward(forward, problem.d_y).d_x;
  double f = 0.0, f_dot = 0.0;
  for (std::size_t i = 0; i < 8; ++i) {
    f += problem.d_y.data()[i] * forward.y[i];
    f_dot += d_x[i] * x_dot[i];
  }
  CHECK(std::abs(f - 36.16877756630648) < 1e-13);
  CHECK(std::abs(f_dot - -0.44963206471575355) < 1e-14);
}
