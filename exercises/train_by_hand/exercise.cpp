#include "exercise.hpp"

#include <autograd/operations/selection.hpp>

#include "../support/program.hpp"
#include "network.hpp"

namespace exercises::train_by_hand {

using namespace wengert;

namespace {

std::vector<Step> steps(const Backward& d) {
  return {
      {"logits", d.logits, {"The last step of softmax_cross_entropy.", "dlogits = (probability - target) / N."}},
      {"w2", d.w2, {"As in linear.", "dw2 = dlogitsᵀ · active."}},
      {"b2", d.b2, {"As in linear.", "db2 is the sum of dlogits over the rows."}},
      {"active", d.active, {"As in linear.", "dactive = dlogits · w2."}},
      {"y", d.y, {"What is the slope of tanh, written with its value?", "dy = dactive · (1 - active²)."}},
      {"gamma", d.gamma, {"As in batch_norm_closed_form.", "dgamma is the sum of dy · z_hat over the rows."}},
      {"beta", d.beta, {"As in batch_norm_closed_form.", "dbeta is the sum of dy over the rows."}},
      {"z",
       d.z,
       {"As dx in batch_norm_closed_form.", "dz = gamma / deviation · (dy - dbeta / N - z_hat · dgamma / N)."}},
      {"w1", d.w1, {"As in linear.", "dw1 = dzᵀ · x."}},
  };
}

/// A class for each row, drawn at random.
Array<double> some_classes(Generator& generator, std::size_t rows, std::size_t classes) {
  Indices labels(rows);
  for (std::size_t& label : labels) label = generator.below(classes);
  return one_hot<double>(labels, classes);  // (N, K)
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t rows = 7 + seed, features = 2 + seed, classes = 4 + seed;
  const Var<double> x = Var<double>(generator.normal<double>({rows, features})).named("x");
  const Array<double> target = some_classes(generator, rows, classes);
  const Parameters p(generator, features, 6, classes);

  Tape<double> tape;
  const Network network(x, target, p);
  const Replay record = replay(tape, network.loss);

  Backward d;
  std::string stopped = stopped_by([&] { rule(network.numbers(x, target, p), d); });
  return {record, steps(d), std::move(stopped)};
}

Exercise exercise() {
  Exercise result = exercise_of("train_by_hand", "all of the backward pass of a network, and a training with it", tried,
                                attempt::backward, solution::backward);
  result.attempt.finale = [] { return training_with(attempt::backward).text; };
  result.solution.finale = [] { return training_with(solution::backward).text; };
  return result;
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::train_by_hand
