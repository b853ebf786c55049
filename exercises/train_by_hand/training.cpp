#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/selection.hpp>
#include <autograd/tape/tape.hpp>
#include <datasets/collections/iris.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "network.hpp"

namespace exercises::train_by_hand {

using namespace wengert;

namespace {

constexpr std::size_t steps = 60;
constexpr double learning_rate = 0.5;

/// Gradients of w1, gamma, beta, w2 and b2.
using Gradients = std::array<Array<double>, 5>;

struct Irises {
  datasets::Dataset<double> flowers = datasets::iris<double>();
  Array<double> x = flowers.inputs;                           // (150, 4) in centimetres
  Array<double> target = one_hot<double>(flowers.labels, 3);  // (150, 3)
};

void descend(const Parameters& p, const Gradients& gradients) {
  std::size_t k = 0;
  for (const Var<double>& parameter : {p.w1, p.gamma, p.beta, p.w2, p.b2})
    parameter.set_value(parameter.value() - learning_rate * gradients[k++]);
}

double share_of_right(const Forward& f) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < f.logits.shape()[0]; ++i) {
    const double* row = &f.logits(i, 0);
    right += f.target(i, static_cast<std::size_t>(std::max_element(row, row + 3) - row)) == 1.0 ? 1 : 0;
  }
  return static_cast<double>(right) / rows_of(f.logits);
}

/// The losses of a training by the tape, before each step and in the end.
std::vector<double> losses_by_tape(const Irises& irises, std::uint64_t seed) {
  Generator generator(seed);
  const Parameters p(generator, 4, 8, 3);
  const Var<double> x(irises.x);
  std::vector<double> losses;
  for (std::size_t step = 0; step <= steps; ++step) {
    Tape<double> tape;
    const Network network(x, irises.target, p);
    losses.push_back(network.loss.item());
    const std::vector<Array<double>> g = tape.gradient(network.loss, {p.w1, p.gamma, p.beta, p.w2, p.b2});
    descend(p, {g[0], g[1], g[2], g[3], g[4]});
  }
  return losses;
}

}  // namespace

Training training_with(const Rule& rule, std::uint64_t seed) {
  const Irises irises;
  Training result{.by_tape = losses_by_tape(irises, seed)};
  result.text =
      "Trained on 150 irises with your backward pass, and no tape:\n\n"
      "  step  loss by hand  loss by tape  right\n";
  Generator generator(seed);
  const Parameters p(generator, 4, 8, 3);
  const Var<double> x(irises.x);
  const NoRecord no_tape;
  double difference = 0.0;
  for (std::size_t step = 0; step <= steps; ++step) {
    const Network network(x, irises.target, p);
    const Forward f = network.numbers(x, irises.target, p);
    const double loss = network.loss.item(), expected = result.by_tape[step];
    result.by_hand.push_back(loss);
    difference = std::max(difference, std::abs(loss - expected));
    if (step % 10 == 0)
      result.text +=
          fmt::format("  {:>4}  {:>12.4f}  {:>12.4f}  {:>4.0f}%\n", step, loss, expected, 100.0 * share_of_right(f));
    Backward d;
    rule(f, d);
    descend(p, {d.w1, d.gamma, d.beta, d.w2, d.b2});
  }
  result.text += difference < 1e-9 ? "\nThe two agree in every step: this is your backprop, proved.\n"
                                   : fmt::format("\nThe two differ, by up to {:.1g}.\n", difference);
  return result;
}

}  // namespace exercises::train_by_hand
