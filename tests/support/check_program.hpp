#pragma once

#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/operations/arithmetic.hpp>

#include <cmath>
#include <span>

#include "latex_grammar.hpp"

namespace wengert {

inline double largest_of(const Array<double>& array) {
  double result = 0;
  for (const double x : std::span(array.data(), array.size())) result = std::max(result, std::abs(x));
  return result;
}

/// Every line of the tape, executed as it is printed, gives what the tape has computed, to 1e-12 of the largest.
inline void check_forward_lines(const Tape<double>& tape) {
  const NoRecord pause;
  const explain::Values values = values_of(tape);
  for (const ForwardLine& line : program(tape).lines) {
    if (!line.formula) continue;
    CAPTURE(line.target + " = " + text(*line.formula));
    const Array<double>& expected = values.at(line.target);
    const Var<double> difference = Var<double>(explain::evaluate(*line.formula, values)) - Var<double>(expected);
    CHECK(difference.shape() == line.shape);
    CHECK(largest_of(difference.value()) <= 1e-12 * largest_of(expected));
  }
}

/// The derived backward pass of y, executed as it is printed, gives the tape's gradients to 1e-12 of the largest of
/// them: it sums in another order than the kernels, and some gradients cancel. A gradient without a line is zero.
inline void check_program(Tape<double>& tape, const Var<double>& y, const std::vector<Var<double>>& inputs) {
  const AdjointProgram program = adjoint_program(tape, y, inputs);
  CAPTURE(program.text());
  CHECK(latex_error(program.latex()) == "");
  Generator generator(8);
  const Array<double> cotangent =
      y.size() == 1 ? ones<double>(y.shape()) : generator.uniform<double>(y.shape(), 0.5, 1.5);
  explain::Values values = values_of(tape);
  const bool has_seed = y.size() != 1 && !program.lines().empty();
  if (has_seed) values.emplace(program.lines().front().formula.name(), cotangent);
  const explain::Values adjoints = program.run(values);
  const std::vector<Array<double>> gradients = tape.pullback(y, Var<double>(cotangent), inputs);
  const std::vector<std::string> names = explain::slot_names(tape);
  double scale = 0;
  for (const Array<double>& gradient : gradients) scale = std::max(scale, largest_of(gradient));
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const std::string name = tape.has(inputs[k]) ? "d" + names[tape.slot_of("test", inputs[k])] : "";
    if (!adjoints.contains(name)) {
      CHECK_MESSAGE(largest_of(gradients[k]) == 0, name << " has no line");
      continue;
    }
    const Array<double>& adjoint = adjoints.at(name);
    REQUIRE(adjoint.shape() == gradients[k].shape());
    for (std::size_t i = 0; i < adjoint.size(); ++i) {
      CAPTURE(i);
      CHECK(std::abs(adjoint.data()[i] - gradients[k].data()[i]) <= 1e-12 * scale);
    }
  }
}

}  // namespace wengert
