#include <doctest/doctest.h>

#include "problem.hpp"

// What holds exactly for batch normalisation, whatever the data, and so needs no reference.

using namespace wengert;
using namespace wengert::hand_derived;

namespace {

Array<double> scaled(Array<double> array, double factor) {
  for (double& x : std::span(array.data(), array.size())) x *= factor;
  return array;
}

/// The rows of an array (N, ...) in another order.
Array<double> permuted(const Array<double>& array, const std::vector<std::size_t>& order) {
  Array<double> result = empty<double>(array.shape());
  const std::size_t row = array.size() / order.size();
  for (std::size_t n = 0; n < order.size(); ++n) {
    std::copy_n(array.data() + order[n] * row, row, result.data() + n * row);
  }
  return result;
}

const std::vector<NamedForm> as_written{fused, by_operators};

}  // namespace

// Every d_x_i is rounded a few times relative to its largest summand, hence 1e-15 m times it for their sum.
TEST_CASE("the d_x of a group sum to zero, and their sum with x_hat is what epsilon leaves of d_gamma") {
  Generator generator(11);
  for (int k = 0; k < 300; ++k) {
    Problem problem = random_problem(generator);
    const double deviation = log_uniform(generator, -3, 1);  // x_hat sums to zero as far as the mean has digits
    problem.x = generator.normal<double>(problem.x.shape(), deviation / 2, deviation);
    const BatchNormForward forward =
        batch_norm_forward(problem.x, problem.gamma, problem.beta, problem.axes, problem.epsilon);
    const BatchNormScales scales = batch_norm_scales(forward, problem.d_y);
    for (const NamedForm& form : as_written) {
      const Derived derived = derive(problem, form);
      Sums sum(forward.channels.count), with_x_hat(forward.channels.count), size(forward.channels.count);
      for (std::size_t i = 0; i < derived.d_x.size(); ++i) {
        const std::size_t c = forward.channels.of[i];
        sum[c] += derived.d_x.data()[i];
        with_x_hat[c] += derived.d_x.data()[i] * static_cast<long double>(forward.x_hat[i]);
        size[c] += scales.d_x[i] * (1 + std::abs(forward.x_hat[i]));
      }
      for (std::size_t c = 0; c < forward.channels.count; ++c) {
        const double left = problem.epsilon / (forward.variance[c] + problem.epsilon);
        const double expected = forward.gamma[c] / forward.deviation[c] * left * derived.d_gamma.data()[c];
        CHECK(std::abs(sum[c]) <= 1e-15L * size[c]);
        CHECK(std::abs(with_x_hat[c] - expected) <= 2e-15L * size[c]);
      }
    }
  }
}

TEST_CASE("scaling the batch by a power of two and epsilon by its square changes no bit but the exponents") {
  Generator generator(12);
  for (int k = 0; k < 300; ++k) {
    const Problem problem = random_problem(generator);
    const double a = std::ldexp(1.0, static_cast<int>(generator.below(41)) - 20);
    Problem larger = problem;
    larger.x = scaled(problem.x, a);
    larger.epsilon = problem.epsilon * a * a;
    for (const NamedForm& form : as_written) {
      CAPTURE(std::string(form.name));
      CAPTURE(a);
      const Derived before = derive(problem, form), after = derive(larger, form);
      CHECK(bitwise_equal(after.y, before.y));
      CHECK(bitwise_equal(after.mean, scaled(before.mean, a)));
      CHECK(bitwise_equal(after.variance, scaled(before.variance, a * a)));
      CHECK(bitwise_equal(after.d_x, scaled(before.d_x, 1 / a)));
      CHECK(bitwise_equal(after.d_gamma, before.d_gamma));
      CHECK(bitwise_equal(after.d_beta, before.d_beta));
      CHECK(bitwise_equal(after.d_mean, scaled(before.d_mean, 1 / a)));
      CHECK(bitwise_equal(after.d_variance, scaled(before.d_variance, 1 / (a * a))));
    }
  }
}

// The order of the summands changes with the rows, so the last bits of the sums may.
TEST_CASE("a permuted batch has the permuted result and gradient") {
  Generator generator(13);
  for (int k = 0; k < 100; ++k) {
    const std::size_t N = 8 + generator.below(40);
    const Problem problem = make_problem(generator, {N, 3, 2}, {0, 2}, 1e-3);
    const std::vector<std::size_t> order = generator.permutation(N);
    Problem other = problem;
    other.x = permuted(problem.x, order);
    other.d_y = permuted(problem.d_y, order);
    for (const NamedForm& form : as_written) {
      const Derived before = derive(problem, form), after = derive(other, form);
      const auto error = [](const Array<double>& actual, const Array<double>& expected) {
        return compare(elements(actual), elements(expected)).largest;
      };
      CHECK(error(after.y, permuted(before.y, order)) < 1e-14);
      CHECK(error(after.d_x, permuted(before.d_x, order)) < 1e-14);
      CHECK(error(after.d_gamma, before.d_gamma) < 1e-14);
      CHECK(error(after.d_beta, before.d_beta) < 1e-14);
    }
  }
}

TEST_CASE("gamma and beta may drop the reduced axes or keep them, and their gradients have their shapes") {
  Generator generator(14);
  const Problem dropped = make_problem(generator, {5, 4, 3, 2}, {0, 2, 3}, 1e-3);
  Problem kept = dropped;
  kept.gamma.reshape(Shape{1, 4, 1, 1});
  kept.beta.reshape(Shape{1, 4, 1, 1});
  for (const NamedForm& form : {fused, by_operators, epsilon_outside}) {
    const Derived a = derive(dropped, form), b = derive(kept, form);
    CHECK(bitwise_equal(a.y, b.y));
    CHECK(bitwise_equal(a.d_x, b.d_x));
    CHECK(a.d_gamma.shape() == Shape{4});
    CHECK(b.d_gamma.shape() == Shape{1, 4, 1, 1});
    CHECK(a.mean.shape() == Shape{1, 4, 1, 1});
    CHECK(std::equal(a.d_gamma.data(), a.d_gamma.data() + 4, b.d_gamma.data()));
    CHECK(std::equal(a.d_beta.data(), a.d_beta.data() + 4, b.d_beta.data()));
  }
}
