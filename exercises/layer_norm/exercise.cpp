#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reductions.hpp>

#include "../support/program.hpp"

namespace exercises::layer_norm {

using namespace wengert;

namespace {

/// dx with means over the rows where those over the features belong.
Mistake divided_by_rows(const Forward& f) {
  const double n = rows_of(f.x);
  const Array<double> dx_hat = f.dy * f.gamma;
  const Array<double> dx =
      (dx_hat - sum_over(dx_hat, {1}) / n - f.x_hat * sum_over(dx_hat * f.x_hat, {1}) / n) / f.deviation;
  return {dx, "the means are divided by the number of rows; mean and variance of a row are means over its features"};
}

std::vector<Step> steps(const Forward& f, const Backward& d) {
  return {
      {"beta", d.beta, {"As in batch norm: beta serves all N rows.", "dbeta is the sum of dy over the rows, axis 0."}},
      {"gamma",
       d.gamma,
       {"As in batch norm: what is layer norm's own are the axes of mean and variance, not those of gamma.",
        "dgamma is the sum of dy · x_hat over the rows, axis 0."}},
      {"x_hat", d.x_hat, {"x_hat was neither repeated nor summed.", "dx_hat = dy · gamma."}},
      {"variance",
       d.variance,
       {"The derivative of (variance + epsilon)^(-1/2) is -1/2 · (variance + epsilon)^(-3/2); one variance serves a "
        "row.",
        "dvariance is -1/2 times the sum of dx_hat · (x - mean) over the features, axis 1, over deviation³."}},
      {"mean",
       d.mean,
       {"The mean was subtracted from all D features of a row, and divided by the deviation.",
        "dmean is minus the sum of dx_hat over the features, axis 1, over deviation."}},
      {"x",
       d.x,
       {"Three readers, three contributions; mean and variance are means over D features.",
        "dx = dx_hat / deviation + 2 · (x - mean) · dvariance / D + dmean / D."},
       "",
       {divided_by_rows(f)}},
  };
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t rows = 4 + seed, features = 7 + seed;
  const double epsilon = 0.01;
  const Var<double> x = parameter(generator.normal<double>({rows, features}, 1.0, 2.0), "x");
  const Var<double> gamma = parameter(generator.normal<double>({1, features}, 1.0, 0.3), "gamma");
  const Var<double> beta = parameter(generator.normal<double>({1, features}), "beta");
  const Var<double> dy(generator.normal<double>({rows, features}));

  Tape<double> tape;
  const Moments<double> statistics = moments(x, {1});
  const Var<double> mean = statistics.mean.named("mean");              // (N, 1)
  const Var<double> variance = statistics.variance.named("variance");  // (N, 1)
  const Var<double> one(1.0), zero(0.0);
  const Var<double> x_hat = normalise(x, mean, variance, one, zero, epsilon).named("x_hat");  // (N, D)
  const Var<double> y = (gamma * x_hat + beta).named("y");                                    // (N, D)
  const Replay record = replay(tape, sum(y * dy).named("loss"));

  const Array<double> deviation = sqrt(variance.value() + epsilon);
  const Forward f{x.value(), gamma.value(), mean.value(), variance.value(), deviation, x_hat.value(), dy.value()};
  Backward d;
  std::string stopped = stopped_by([&] { rule(f, d); });
  return {record, steps(f, d), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("layer_norm", "the backward pass of layer norm, where every row has its own statistics", tried,
                     attempt::backward, solution::backward);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::layer_norm
