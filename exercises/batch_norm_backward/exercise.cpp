#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>

#include "../support/program.hpp"

namespace exercises::batch_norm_backward {

using namespace wengert;

namespace {

constexpr Constant epsilon{"epsilon", 0.01};

std::vector<Step> steps(const Backward& d) {
  return {
      {"gamma_x_hat", d.gamma_x_hat, {"A sum passes its adjoint on to what is added, as it is.", "dgamma_x_hat = dy."}},
      {"beta",
       d.beta,
       {"beta has one row, and was added to all N rows. What is repeated forward is summed backward.",
        "dbeta is the sum of dy over the rows: sum_over(f.dy, {0})."}},
      {"gamma",
       d.gamma,
       {"Each factor of a product gets the adjoint of the product times the other factor. And gamma was repeated.",
        "dgamma is the sum of dgamma_x_hat · x_hat over the rows."}},
      {"x_hat",
       d.x_hat,
       {"The other factor again; x_hat was not repeated, so nothing is summed.", "dx_hat = dgamma_x_hat · gamma."}},
      {"inverse_deviation",
       d.inverse_deviation,
       {"x_hat = x_minus_mean · inverse_deviation is a product too, and one of the factors has one row.",
        "dinverse_deviation is the sum of dx_hat · x_minus_mean over the rows."}},
      {"deviation",
       d.deviation,
       {"What is the derivative of 1 / s?", "ddeviation = -dinverse_deviation / deviation²."}},
      {"variance_plus_epsilon",
       d.variance_plus_epsilon,
       {"What is the derivative of sqrt(v)? The root itself is in f, as deviation.",
        "dvariance_plus_epsilon = ddeviation / (2 · deviation)."}},
      {"variance",
       d.variance,
       {"epsilon is a constant. What does a sum do with its adjoint?", "dvariance = dvariance_plus_epsilon."}},
      {"squared",
       d.squared,
       {"variance is a mean of N rows: each of them has a share in it. Which?",
        "Every row of dsquared is dvariance / N: repeated_to(d.variance / rows_of(f.x), f.x.shape())."}},
      {"x_minus_mean",
       d.x_minus_mean,
       {"x_minus_mean is read twice, by x_hat and by squared. Each reader contributes, and contributions are added.",
        "dx_minus_mean = dx_hat · inverse_deviation + 2 · x_minus_mean · dsquared."}},
      {"mean",
       d.mean,
       {"In x - mean the mean has a minus sign, and it was repeated over the rows.",
        "dmean is minus the sum of dx_minus_mean over the rows."}},
      {"x",
       d.x,
       {"x too is read twice, by x_minus_mean and by mean, which is a mean of N rows.",
        "dx = dx_minus_mean + dmean / N."}},
  };
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t rows = 7 + seed, features = 2 + seed;
  const Var<double> x = parameter(generator.normal<double>({rows, features}, 1.0, 2.0), "x");
  const Var<double> gamma = parameter(generator.normal<double>({1, features}, 1.0, 0.3), "gamma");
  const Var<double> beta = parameter(generator.normal<double>({1, features}), "beta");
  const Var<double> dy(generator.normal<double>({rows, features}));

  Tape<double> tape;
  const Var<double> mean = wengert::mean(x, {0}, keep_dims).named("mean");                        // (1, C)
  const Var<double> x_minus_mean = (x - mean).named("x_minus_mean");                              // (N, C)
  const Var<double> squared = wengert::square(x_minus_mean).named("squared");                     // (N, C)
  const Var<double> variance = wengert::mean(squared, {0}, keep_dims).named("variance");          // (1, C)
  const Var<double> variance_plus_epsilon = (variance + epsilon).named("variance_plus_epsilon");  // (1, C)
  const Var<double> deviation = wengert::sqrt(variance_plus_epsilon).named("deviation");          // (1, C)
  const Var<double> inverse_deviation = (1.0 / deviation).named("inverse_deviation");             // (1, C)
  const Var<double> x_hat = (x_minus_mean * inverse_deviation).named("x_hat");                    // (N, C)
  const Var<double> gamma_x_hat = (gamma * x_hat).named("gamma_x_hat");                           // (N, C)
  const Var<double> y = (gamma_x_hat + beta).named("y");                                          // (N, C)
  const Replay record = replay(tape, sum(y * dy).named("loss"));

  const Forward f{x.value(),
                  gamma.value(),
                  beta.value(),
                  mean.value(),
                  x_minus_mean.value(),
                  squared.value(),
                  variance.value(),
                  variance_plus_epsilon.value(),
                  deviation.value(),
                  inverse_deviation.value(),
                  x_hat.value(),
                  gamma_x_hat.value(),
                  dy.value()};
  Backward d;
  std::string stopped = stopped_by([&] { rule(f, d); });
  return {record, steps(d), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("batch_norm_backward", "the backward pass of batch norm, one variable at a time", tried,
                     attempt::backward, solution::backward);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::batch_norm_backward
