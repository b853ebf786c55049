#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>

#include "../support/program.hpp"

namespace exercises::new_layer {

using namespace wengert;

namespace {

Mistake centred(const Inputs& in) {
  const Array<double> x = in.x - mean_over(in.x, {1});
  return {in.gain * x / sqrt(mean_over(square(x), {1}) + in.epsilon),
          "the mean is subtracted, as in layer norm; RMSNorm leaves it where it is"};
}

Mistake summed(const Inputs& in) {
  return {in.gain * in.x / sqrt(sum_over(square(in.x), {1}) + in.epsilon),
          "the squares are summed; their mean is what stands under the root"};
}

Mistake outside(const Inputs& in) {
  return {in.gain * in.x / (sqrt(mean_over(square(in.x), {1})) + in.epsilon), "epsilon stands outside the root"};
}

std::vector<Step> steps(const Inputs& in, const Outputs& out) {
  return {
      {"cotangent",  // the loss is the sum of cotangent · y, so that this adjoint is y itself
       out.y,
       {"mean_over(square(in.x), {1}) keeps its axis, and broadcasts over the features.",
        "y = gain · x / sqrt(mean_over(square(x), {1}) + epsilon)."},
       "y",
       {centred(in), summed(in), outside(in)}},
      {"gain", out.dgain, {"gain has one row, and serves all N.", "dgain is the sum of dy · x_hat over the rows."}},
      {"x",
       out.dx,
       {"x is read by x_hat and by the square under the root. With r = 1 / sqrt(mean_square + epsilon), dr is the sum "
        "of "
        "dx_hat · x over the features, and dmean_square = -dr · r³ / 2.",
        "dx = dx_hat · r + 2 · x · dmean_square / D, which is (dx_hat - x_hat · mean(dx_hat · x_hat)) · r."}},
  };
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t rows = 4 + seed, features = 7 + seed;
  const Constant epsilon{"epsilon", 0.01};
  const Var<double> x = parameter(generator.normal<double>({rows, features}, 0.5), "x");
  const Var<double> gain = parameter(generator.normal<double>({1, features}, 1.0, 0.3), "gain");
  const Var<double> cotangent = parameter(generator.normal<double>({rows, features}), "cotangent");

  Tape<double> tape;
  const Var<double> squared = wengert::square(x).named("squared");                     // (N, D)
  const Var<double> mean_square = mean(squared, {1}, keep_dims).named("mean_square");  // (N, 1)
  const Var<double> under_root = (mean_square + epsilon).named("under_root");          // (N, 1)
  const Var<double> root = wengert::sqrt(under_root).named("root");                    // (N, 1)
  const Var<double> x_hat = (x / root).named("x_hat");                                 // (N, D)
  const Var<double> y = (gain * x_hat).named("y");                                     // (N, D)
  const Replay record = replay(tape, sum(y * cotangent).named("loss"));

  const Inputs in{x.value(), gain.value(), epsilon.value, cotangent.value()};
  Outputs out;
  std::string stopped = stopped_by([&] { rule(in, out); });
  return {record, steps(in, out), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("new_layer", "a layer that the library does not have, RMSNorm, forward and backward", tried,
                     attempt::layer, solution::layer);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::new_layer
