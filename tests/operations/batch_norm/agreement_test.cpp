#include <doctest/doctest.h>

#include <map>

#include "problem.hpp"

// The gradient that the tape derives from the formula, against the three gradients derived by hand. Errors are relative
// to the terms that are added up (batch_norm_scales), because their sum may cancel to nothing.

using namespace wengert;
using namespace wengert::hand_derived;

namespace {

constexpr int configurations = 1200;
// What the three gradients add up in the same order differs by a few roundings. The closed form takes the sum of x_hat
// to be zero, which at an offset of 1e4 deviations holds to 1e-12 only.
constexpr double few_roundings = 1e-14;
constexpr double of_closed_form = 1e-12;

/// The largest error seen of every term.
class Worst {
 public:
  void compare_with(const std::string& term, const Array<double>& actual, const Values& expected, const Values& scale,
                    double tolerance = few_roundings) {
    const double error = compare(elements(actual), expected, scale).largest;
    double& largest = errors_[term];
    largest = std::max(largest, error);
    CHECK_MESSAGE(error <= tolerance, term << ": relative error " << error);
  }

  void print(const std::string& form) const {
    std::string text = form + ", worst relative error:";
    for (const auto& [term, error] : errors_) text += fmt::format("\n  {:<31}{:.1e}", term, error);
    MESSAGE(text);
  }

 private:
  std::map<std::string, double> errors_;
};

Values magnitudes(const Values& values) {
  double largest = 0.0;
  for (double value : values) largest = std::max(largest, std::abs(value));
  return Values(values.size(), largest);
}

void compare_statistics(Worst& worst, const Problem& problem, const Derived& derived, const BatchNormForward& forward) {
  Values y_scale;
  for (std::size_t i = 0; i < forward.y.size(); ++i) {
    const std::size_t c = forward.channels.of[i];
    y_scale.push_back(std::abs(forward.gamma[c]) + std::abs(elements(problem.beta)[c]));
  }
  worst.compare_with("mean", derived.mean, forward.mean, magnitudes(forward.mean));
  worst.compare_with("variance", derived.variance, forward.variance, forward.variance);
  worst.compare_with("y", derived.y, forward.y, y_scale);
}

template <class ByHand>
void compare_ends(Worst& worst, const std::string& name, const Derived& derived, const ByHand& by_hand,
                  const BatchNormScales& scales, double tolerance) {
  worst.compare_with("d_x (" + name + ")", derived.d_x, by_hand.d_x, scales.d_x, tolerance);
  worst.compare_with("d_gamma (" + name + ")", derived.d_gamma, by_hand.d_gamma, scales.d_gamma);
  worst.compare_with("d_beta (" + name + ")", derived.d_beta, by_hand.d_beta, scales.d_beta);
}

template <class ByHand>
void compare_terms(Worst& worst, const std::string& name, const Derived& derived, const ByHand& by_hand,
                   const BatchNormScales& scales) {
  compare_ends(worst, name, derived, by_hand, scales, few_roundings);
  worst.compare_with("d_mean (" + name + ")", derived.d_mean, by_hand.d_mean, scales.d_mean);
  worst.compare_with("d_variance (" + name + ")", derived.d_variance, by_hand.d_variance, scales.d_variance);
}

void compare_with_all(const NamedForm& form) {
  Generator generator(20150211);
  Worst worst;
  for (int k = 0; k < configurations; ++k) {
    const Problem problem = random_problem(generator);
    CAPTURE(k);
    CAPTURE(to_string(Shape(problem.x.shape())));
    CAPTURE(to_string(problem.axes));
    CAPTURE(problem.epsilon);
    const Derived derived = derive(problem, form);
    const BatchNormForward forward =
        batch_norm_forward(problem.x, problem.gamma, problem.beta, problem.axes, problem.epsilon);
    const BatchNormScales scales = batch_norm_scales(forward, problem.d_y);
    compare_statistics(worst, problem, derived, forward);
    compare_terms(worst, "Ioffe and Szegedy", derived, ioffe_szegedy_backward(forward, problem.d_y), scales);
    compare_terms(worst, "step by step", derived, step_by_step_backward(forward, problem.d_y), scales);
    compare_ends(worst, "closed form", derived, closed_form_backward(forward, problem.d_y), scales, of_closed_form);
  }
  worst.print(form.name);
}

/// The adjoint of every entry of the tape, by the name of its variable or else of its operation.
std::map<std::string, Array<double>> adjoints_by_name(const Problem& problem) {
  const auto x = parameter(problem.x, "x");
  const auto gamma = parameter(problem.gamma, "gamma"), beta = parameter(problem.beta, "beta");
  Tape<double> tape;
  const auto result = batch_norm_forms::batch_norm_by_operators(x, gamma, beta, problem.axes, problem.epsilon);
  std::vector<Var<double>> variables;
  std::vector<std::string> names;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Entry<double>& entry = tape.entry(slot);
    variables.push_back(entry.output);
    names.push_back(entry.output.name().empty() ? entry.operation->name() : entry.output.name());
  }
  const auto gradients = tape.pullback(result.y, problem.d_y, variables);
  std::map<std::string, Array<double>> adjoints;
  for (std::size_t slot = 0; slot < names.size(); ++slot) adjoints.insert_or_assign(names[slot], gradients[slot]);
  return adjoints;
}

/// A scale per channel for each of its values, times `factor`.
Values spread(const Values& per_channel, const Channels& channels, double factor) {
  Values scale;
  for (std::size_t c : channels.of) scale.push_back(per_channel[c] * factor);
  return scale;
}

}  // namespace

TEST_CASE("the gradient of the fused formula is the one derived by hand, in 1200 configurations") {
  compare_with_all(fused);
}

TEST_CASE("the gradient of the formula in plain operators is the one derived by hand, in 1200 configurations") {
  compare_with_all(by_operators);
}

TEST_CASE("the gradient with epsilon outside the root follows from the one line that differs, in 1200 configurations") {
  Generator generator(20150212);
  Worst worst;
  for (int k = 0; k < configurations; ++k) {
    const Problem problem = random_problem(generator);
    CAPTURE(k);
    const Derived derived = derive(problem, epsilon_outside);
    const BatchNormForward forward = batch_norm_forward(problem.x, problem.gamma, problem.beta, problem.axes,
                                                        problem.epsilon, Epsilon::outside_root);
    compare_statistics(worst, problem, derived, forward);
    compare_ends(worst, "closed form", derived, epsilon_outside_backward(forward, problem.d_y),
                 batch_norm_scales(forward, problem.d_y), of_closed_form);
  }
  worst.print(epsilon_outside.name);
}

TEST_CASE("every intermediate of the formula in plain operators has the adjoint of the hand-derived graph") {
  Generator generator(20160212);
  Worst worst;
  for (int k = 0; k < configurations; ++k) {
    const Problem problem = random_problem(generator);
    CAPTURE(k);
    const auto adjoints = adjoints_by_name(problem);
    const BatchNormForward forward =
        batch_norm_forward(problem.x, problem.gamma, problem.beta, problem.axes, problem.epsilon);
    const StepByStepBackward by_hand = step_by_step_backward(forward, problem.d_y);
    const BatchNormScales scales = batch_norm_scales(forward, problem.d_y);
    const double m = static_cast<double>(forward.channels.values_per_channel);
    Values inverse_scale;
    for (std::size_t c = 0; c < forward.deviation.size(); ++c) {
      inverse_scale.push_back(scales.d_variance[c] * 2.0 * std::pow(forward.deviation[c], 3));
    }
    worst.compare_with("d_(gamma x_hat)", adjoints.at("multiply"), by_hand.d_gamma_x_hat,
                       magnitudes(by_hand.d_gamma_x_hat));
    worst.compare_with("d_x_hat", adjoints.at("x̂"), by_hand.d_x_hat, magnitudes(by_hand.d_x_hat));
    worst.compare_with("d_inverse_deviation", adjoints.at("inverse_deviation"), by_hand.d_inverse_deviation,
                       inverse_scale);
    worst.compare_with("d_variance", adjoints.at("σ²"), by_hand.d_variance, scales.d_variance);
    worst.compare_with("d_squared", adjoints.at("square"), by_hand.d_squared,
                       spread(scales.d_variance, forward.channels, 1.0 / m));
    worst.compare_with("d_x_minus_mean", adjoints.at("x_centred"), by_hand.d_x_minus_mean, scales.d_x);
    worst.compare_with("d_mean", adjoints.at("μ"), by_hand.d_mean, scales.d_mean);
    worst.compare_with("d_x", adjoints.at("x"), by_hand.d_x, scales.d_x);
  }
  worst.print(by_operators.name);
}

TEST_CASE("the fused formula and the one in plain operators have the same values to the last bit") {
  Generator generator(7);
  for (int k = 0; k < configurations; ++k) {
    const Problem problem = random_problem(generator);
    CAPTURE(k);
    const Derived a = derive(problem, fused), b = derive(problem, by_operators);
    CHECK(bitwise_equal(a.mean, b.mean));
    CHECK(bitwise_equal(a.variance, b.variance));
    CHECK(bitwise_equal(a.y, b.y));
  }
}
