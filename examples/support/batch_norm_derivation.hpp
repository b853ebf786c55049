#pragma once

#include <autograd/autograd.hpp>
#include <autograd/check/compare.hpp>
#include <autograd/check/gradcheck.hpp>
#include <autograd/explain/print_tape.hpp>
#include <autograd/explain/program.hpp>

#include "../../tests/hand_derived/batch_norm.hpp"

// The first half of the demo: the gradient of batch norm derived from its formula, printed, and checked twice.

namespace demo {

using namespace wengert;

inline constexpr double epsilon = 1e-5;
inline constexpr double agreement_limit = 1e-12;

/// What the checks of the derived gradient found.
struct Agreement {
  double with_hand_derived;  ///< the largest difference, relative to the largest element of its gradient
  GradcheckReport with_differences;
  Replay record;                                           ///< of the derived backward pass, step by step
  std::vector<std::pair<std::string, std::string>> texts;  ///< titles and what was printed under them

  bool good() const { return with_hand_derived <= agreement_limit && static_cast<bool>(with_differences); }
};

/// A batch of eight rows with three features, and the sum of the outputs under random weights as its loss.
struct SmallBatchNorm {
  explicit SmallBatchNorm(std::uint64_t seed) : generator(seed) {}

  Generator generator;
  Var<double> x = parameter(generator.normal<double>({8, 3}), "x");                // (N, C)
  Var<double> gamma = parameter(generator.normal<double>({1, 3}, 1.0, 0.2), "γ");  // (1, C)
  Var<double> beta = parameter(generator.normal<double>({1, 3}), "β");             // (1, C)
  Var<double> w = Var<double>(generator.normal<double>({8, 3})).named("w");        // (N, C)
};

/// Compares gradients with plain arrays that were derived by hand, and keeps the rows for print.
class HandDerivedTable {
 public:
  void add(std::string name, const hand_derived::Values& by_hand, const Array<double>& by_tape) {
    Array<double> hand = empty<double>(by_tape.shape());
    require(hand.size() == by_hand.size(), "demo", "{} has {} elements by hand; expected {}", name, by_hand.size(),
            by_tape.shape());
    std::copy(by_hand.begin(), by_hand.end(), hand.data());
    rows_.push_back(compare(std::move(name), hand, by_tape, {.relative = agreement_limit, .absolute = 0.0}));
    worst_ = std::max(worst_, hand_derived::compare(hand_derived::elements(by_tape), by_hand).largest);
  }

  double worst() const { return worst_; }
  std::string text() const { return to_string(rows_); }

 private:
  std::vector<Comparison> rows_;
  double worst_ = 0.0;
};

/// The tape's gradients against the hand-derived ones.
inline HandDerivedTable compare_with_hand_derived(const SmallBatchNorm& small,
                                                  const std::vector<Array<double>>& by_tape) {
  const auto forward =
      hand_derived::batch_norm_forward(small.x.value(), small.gamma.value(), small.beta.value(), {0}, epsilon);
  const auto closed_form = hand_derived::closed_form_backward(forward, small.w.value());
  const auto six_equations = hand_derived::ioffe_szegedy_backward(forward, small.w.value());
  HandDerivedTable table;
  table.add("dx, closed form", closed_form.d_x, by_tape[0]);
  table.add("dx, six equations", six_equations.d_x, by_tape[0]);
  table.add("dσ²", six_equations.d_variance, by_tape[4]);
  table.add("dμ", six_equations.d_mean, by_tape[3]);
  table.add("dγ", six_equations.d_gamma, by_tape[1]);
  table.add("dβ", six_equations.d_beta, by_tape[2]);
  return table;
}

inline GradcheckReport compare_with_differences(const SmallBatchNorm& small, std::uint64_t seed) {
  const auto f = [](const Var<double>& x, const Var<double>& gamma, const Var<double>& beta) {
    return batch_norm(x, gamma, beta, {0}, epsilon).y;
  };
  return gradcheck(f, {small.x, small.gamma, small.beta}, {.seed = seed});
}

/// Prints what the tape has recorded, the backward pass that follows from it, and how well that agrees.
inline Agreement derive_batch_norm(std::uint64_t seed) {
  const SmallBatchNorm small(seed);
  Tape<double> tape;
  const BatchNormalised<double> normalised = batch_norm(small.x, small.gamma, small.beta, {0}, epsilon);
  const Var<double> loss = sum(normalised.y.named("y") * small.w).named("loss");
  const std::vector<Array<double>> gradients =
      tape.gradient(loss, {small.x, small.gamma, small.beta, normalised.mean, normalised.variance});
  const HandDerivedTable by_hand = compare_with_hand_derived(small, gradients);
  Agreement agreement{by_hand.worst(), compare_with_differences(small, seed), replay(tape, loss), {}};
  agreement.texts = {{"What the tape has recorded (name, shape, formula)", print(tape)},
                     {"The backward pass that follows from it; nobody wrote it down (dx is dloss/dx)",
                      adjoint_program(tape, loss).text()},
                     {"The same by hand (Ioffe and Szegedy 2015: six equations, and their closed form)",
                      fmt::format("{}\nLargest relative difference: {:.1e}, limit {:.0e}.\n", by_hand.text(),
                                  by_hand.worst(), agreement_limit)},
                     {"The same by finite differences", agreement.with_differences.text() + "\n"}};
  for (const auto& [title, text] : agreement.texts) fmt::print("{}:\n\n{}\n", title, text);
  return agreement;
}

}  // namespace demo
