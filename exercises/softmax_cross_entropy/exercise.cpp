#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/selection.hpp>

#include "../support/program.hpp"

namespace exercises::softmax_cross_entropy {

using namespace wengert;

namespace {

std::vector<Step> steps(const Backward& d) {
  return {
      {"log_probability",
       d.log_probability,
       {"The loss is linear in log_probability: what is each element multiplied with?",
        "dlog_probability = -target / N, with N = rows_of(f.target)."}},
      {"log_total",
       d.log_total,
       {"log_total has one column and was subtracted from all K: repeated forward, summed backward, with the minus.",
        "dlog_total is minus the sum of dlog_probability over the classes, axis 1."}},
      {"total", d.total, {"What is the derivative of log(s)?", "dtotal = dlog_total / total."}},
      {"exponential",
       d.exponential,
       {"A sum passes its adjoint on to each of what it adds: what was summed forward is repeated backward.",
        "dexponential is dtotal in every column: repeated_to(d.total, f.exponential.shape())."}},
      {"logits",
       d.logits,
       {"The logits have two readers, log_probability and exponential. And exp is its own derivative.",
        "dlogits = dlog_probability + dexponential · exponential."}},
      {"logits",
       d.logits_at_once,
       {"Put the lines into each other: dlog_total is 1 / N in every row, for the targets of a row add up to 1.",
        "dlogits = (probability - target) / N with probability = exponential / total."},
       "dlogits_at_once"},
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
  const std::size_t rows = 7 + seed, classes = 4 + seed;
  const Var<double> logits = parameter(generator.normal<double>({rows, classes}), "logits");
  const Var<double> target = Var<double>(some_classes(generator, rows, classes)).named("target");

  Tape<double> tape;
  const Var<double> exponential = wengert::exp(logits).named("exponential");            // (N, K)
  const Var<double> total = sum(exponential, {1}, keep_dims).named("total");            // (N, 1)
  const Var<double> log_total = wengert::log(total).named("log_total");                 // (N, 1)
  const Var<double> log_probability = (logits - log_total).named("log_probability");    // (N, K)
  const Var<double> loss = -sum(target * log_probability) / static_cast<double>(rows);  // ()
  const Replay record = replay(tape, loss.named("loss"));

  Backward d;
  std::string stopped = stopped_by([&] {
    rule({logits.value(), target.value(), exponential.value(), total.value(), log_total.value(),
          log_probability.value()},
         d);
  });
  return {record, steps(d), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("softmax_cross_entropy",
                     "the backward pass of softmax and cross-entropy, step by step and at once", tried,
                     attempt::backward, solution::backward);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::softmax_cross_entropy
