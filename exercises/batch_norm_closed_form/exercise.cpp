#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reductions.hpp>

#include "../support/program.hpp"

namespace exercises::batch_norm_closed_form {

using namespace wengert;

namespace {

std::vector<Step> steps(const Backward& d) {
  return {
      {"beta", d.beta, {"As in batch_norm_backward.", "dbeta is the sum of dy over the rows."}},
      {"gamma", d.gamma, {"As in batch_norm_backward.", "dgamma is the sum of dy · x_hat over the rows."}},
      {"x",
       d.x,
       {"Start with dx_minus_mean = dx_hat / deviation + 2 · x_minus_mean · dvariance / N, where dvariance = "
        "-sum(dx_hat "
        "· x_minus_mean) / (2 · deviation³). Write x_minus_mean as x_hat · deviation.",
        "Then dx = dx_minus_mean - mean(dx_minus_mean), and the mean of x_hat is 0.",
        "dx = gamma / deviation · (dy - mean(dy) - x_hat · mean(dy · x_hat)); the two means are dbeta / N and dgamma / "
        "N."}},
  };
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t rows = 7 + seed, features = 2 + seed;
  const double epsilon = 0.01;
  const Var<double> x = parameter(generator.normal<double>({rows, features}, 1.0, 2.0), "x");
  const Var<double> gamma = parameter(generator.normal<double>({1, features}, 1.0, 0.3), "gamma");
  const Var<double> beta = parameter(generator.normal<double>({1, features}), "beta");
  const Var<double> dy(generator.normal<double>({rows, features}));

  Tape<double> tape;
  const auto [y, mean, variance] = batch_norm(x, gamma, beta, {0}, epsilon);
  mean.named("mean");
  variance.named("variance");
  const Replay record = replay(tape, sum(y.named("y") * dy).named("loss"));

  const NoRecord pause;
  const Var<double> deviation = wengert::sqrt(variance + epsilon);  // (1, C)
  const Var<double> x_hat = (x - mean) / deviation;                 // (N, C)
  Backward d;
  std::string stopped = stopped_by([&] { rule({gamma.value(), deviation.value(), x_hat.value(), dy.value()}, d); });
  return {record, steps(d), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("batch_norm_closed_form", "the backward pass of batch norm in one formula", tried,
                     attempt::backward, solution::backward);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::batch_norm_closed_form
