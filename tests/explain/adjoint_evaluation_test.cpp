#include "networks.hpp"
#include "symbol_evaluator.hpp"

#include <doctest/doctest.h>
#include <autograd/explain/names.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/program.hpp>

using namespace wengert;
using namespace wengert::explain_tests;

namespace {

/// What the tape has computed, by the names that the program uses.
Values values_on(const Tape<double>& tape) {
  Values values;
  const std::vector<std::string> names = explain::slot_names(tape);
  for (std::size_t slot = 0; slot < tape.size(); ++slot) values.emplace(names[slot], tape.entry(slot).output.value());
  return values;
}

/// `value` in a shape that it broadcasts to, or that has the same elements.
Array<double> in_shape(const Array<double>& value, const Shape& shape) {
  Array<double> result = empty<double>(shape);
  if (value.size() == result.size()) {
    std::copy_n(value.data(), value.size(), result.data());
    return result;
  }
  REQUIRE(broadcasts_to(Shape(value.shape()), shape));
  for (std::size_t k = 0; k < result.size(); ++k) result.data()[k] = broadcast_element(value, shape, k);
  return result;
}

/// Runs the printed lines one after the other.
void run(const AdjointProgram& program, Values& values) {
  for (const AdjointLine& line : program.lines()) {
    CAPTURE(line.target + (line.accumulates ? " += " : " = ") + text(line.formula));
    Array<double> contribution = in_shape(evaluate(line.formula, values), line.shape);
    CHECK(line.accumulates == values.contains(line.target));
    const auto [place, is_first] = values.emplace(line.target, contribution);
    if (is_first) continue;
    double* total = place->second.data();
    for (std::size_t k = 0; k < contribution.size(); ++k) total[k] += contribution.data()[k];
  }
}

double largest(const Array<double>& x) {
  double result = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) result = std::max(result, std::abs(x.data()[k]));
  return result;
}

/// Relative to the largest element: the program sums in another order than the kernels.
void check_equal(const Array<double>& got, const Array<double>& expected) {
  REQUIRE(Shape(got.shape()) == Shape(expected.shape()));
  const double scale = largest(expected);
  REQUIRE(scale > 0.0);
  for (std::size_t k = 0; k < got.size(); ++k) {
    CHECK(std::abs(got.data()[k] - expected.data()[k]) <= 1e-12 * scale);
  }
}

/// The adjoints that the program's lines compute against those of the tape.
void check_program(Tape<double>& tape, const Var<double>& loss, const std::vector<Var<double>>& targets,
                   Values constants) {
  constants.merge(values_on(tape));
  const AdjointProgram program = adjoint_program(tape, loss, targets);
  CAPTURE(program.text());
  run(program, constants);
  const std::vector<Array<double>> gradients = tape.gradient(loss, targets);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string name = "d" + explain::slot_names(tape)[tape.slot_of("test", targets[i])];
    CAPTURE(name);
    REQUIRE(constants.contains(name));
    check_equal(constants.at(name), gradients[i]);
  }
}

}  // namespace

TEST_CASE("the printed program of batch norm computes the tape's gradient") {
  for (const BatchNorm form : {BatchNorm::fused, BatchNorm::by_operators, BatchNorm::epsilon_outside}) {
    CAPTURE(static_cast<int>(form));
    const BatchNormExample example;
    Tape<double> tape;
    const Var<double> loss = example.loss(form);
    check_program(tape, loss, {example.x, example.gamma, example.beta},
                  {{"w", example.w.value()}, {"ε", scalar(BatchNormExample::epsilon)}});
  }
}

TEST_CASE("the printed program is right where the gradient of batch norm is small: y has no mean and unit variance") {
  const BatchNormExample example;
  Tape<double> tape;
  const Var<double> y = example.output(BatchNorm::fused);
  const Var<double> loss = mean(y * y * y).named("loss");
  check_program(tape, loss, {example.x, example.gamma, example.beta}, {{"ε", scalar(BatchNormExample::epsilon)}});
}

TEST_CASE("the printed program of a network computes the tape's gradient") {
  const NetworkExample example;
  const Var<double> target = Var<double>(one_hot<double>({0, 2, 1, 2}, 3)).named("t");
  Tape<double> tape;
  const Var<double> z = example.logits();
  const Var<double> loss = (-mean(sum(log_softmax(z) * target, {1}, keep_dims))).named("loss");
  check_program(tape, loss, {example.w1, example.b1, example.w2, z}, {{"x", example.x.value()}, {"t", target.value()}});
}

TEST_CASE("the printed program of every elementwise function computes the tape's gradient") {
  Generator generator(3);
  const auto check_one = [&](const auto& function) {
    using F = std::remove_cvref_t<decltype(function)>;
    if (std::is_same_v<F, primitives::Sign>) return;  // its derivative is zero throughout: no line to check
    CAPTURE(F::name);
    Array<double> values = generator.uniform<double>({4, 3}, 0.2, 0.9);
    const Var<double> x = parameter(std::move(values), "x");
    Tape<double> tape;
    const Var<double> loss = sum(square(apply(function, x))).named("loss");
    check_program(tape, loss, {x}, {});
  };
  std::apply([&](const auto&... function) { (check_one(function), ...); }, UnaryFunctions{});
  const auto check_two = [&](const auto& function) {
    const Var<double> x = parameter(generator.uniform<double>({4, 3}, 0.2, 0.9), "x");
    const Var<double> y = parameter(generator.uniform<double>({3}, 0.2, 0.9), "y");
    Tape<double> tape;
    const Var<double> loss = sum(square(apply(function, x, y))).named("loss");
    check_program(tape, loss, {x, y}, {});
  };
  std::apply([&](const auto&... function) { (check_two(function), ...); }, BinaryFunctions{});
}

TEST_CASE("the printed program sums over the axes along which an operand was repeated, for rules too") {
  Generator generator(4);
  const Var<double> x = parameter(generator.normal<double>({1, 3}), "x");
  const Var<double> w = Var<double>(generator.normal<double>({4, 3})).named("w");
  Tape<double> tape;
  const Var<double> loss = sum(broadcast_to(x, {4, 3}) * w).named("loss");
  check_program(tape, loss, {x}, {{"w", w.value()}});
}

TEST_CASE("the printed program puts back the axes that a reduction dropped") {
  Generator generator(5);
  const Var<double> x = parameter(generator.normal<double>({4, 3}), "x");
  const Var<double> y = parameter(generator.normal<double>({4, 4, 3}), "y");
  Tape<double> tape;
  const Var<double> loss = sum(square(sum(square(x), {1})) * mean(square(y), {0, 2})).named("loss");
  check_program(tape, loss, {x, y}, {});
}

TEST_CASE("the printed program counts an operand that a reduction repeats, though nothing else in the term varies") {
  Generator generator(6);
  const Var<double> x = parameter(generator.normal<double>({4, 3}), "x");
  const Var<double> b = parameter(generator.normal<double>({3}), "b");
  Tape<double> tape;
  const auto formula = [](const auto& u, const auto& v) { return u + v * v; };
  const Var<double> loss = sum(square(mean({0}, formula, x, b)) + sum({0}, formula, x, b)).named("loss");
  check_program(tape, loss, {x, b}, {});
}

TEST_CASE("the printed program of a variable that occurs twice in one entry computes the tape's gradient") {
  const Var<double> x = parameter(scalar(1.5), "x");
  Tape<double> tape;
  const Var<double> loss = (x * x * exp(x)).named("loss");
  check_program(tape, loss, {x}, {});
}
