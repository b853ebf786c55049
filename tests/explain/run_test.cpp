#include <doctest/doctest.h>
#include <autograd/autograd.hpp>

#include "../error_text.hpp"
#include "../support/check_program.hpp"
#include "networks.hpp"

using namespace wengert;

// The printed backward pass, executed, gives the tape's gradients, whatever the operands are called.

namespace {

/// What is printed, executed, gives what the tape has computed and its gradients, none of which is zero.
void check_run(Tape<double>& tape, const Var<double>& loss, const std::vector<Var<double>>& targets) {
  for (const Array<double>& gradient : tape.gradient(loss, targets)) REQUIRE(largest_of(gradient) > 0);
  check_forward_lines(tape);
  check_program(tape, loss, targets);
}

const Array<double> start{1.0, 2.0, 3.0};

}  // namespace

TEST_CASE("unnamed constants of one shape are told apart, and listed") {
  const auto x = parameter(Array<double>(start), "x");
  const Var<double> c1(Array<double>{1.0, 2.0, 3.0}), c2(Array<double>{5.0, 6.0, 7.0});
  Tape<double> tape;
  const Var<double> y = map([](auto u, auto a, auto b) { return u * a - u * b; }, x, c1, c2).named("y");
  const Var<double> loss = sum(y * c1).named("loss");
  CHECK(contains(print(tape), "x · c1 - x · c2"));
  CHECK(contains(adjoint_program(tape, loss).text(), "c2    = constant"));
  check_run(tape, loss, {x});
}

TEST_CASE("a stopped variable is not the variable, and a constant may have a parameter's name") {
  const auto x = parameter(Array<double>(start), "x");
  const Var<double> c = Var<double>(Array<double>{5.0, 6.0, 7.0}).named("x");
  Tape<double> tape;
  const Var<double> z = (x - stop_gradient(x)).named("z");
  const Var<double> y = map([](auto u, auto v) { return square(u) - u * v; }, x, c).named("y");
  CHECK(contains(print(tape), "x - stop(x)"));
  CHECK(contains(print(tape), "x² - x · x_2"));
  check_run(tape, sum(z * z + z + y), {x});
}

TEST_CASE("constants in formulas keep their values, also two of one name") {
  const auto x = parameter(Array<double>(start), "x");
  Tape<double> tape;
  const Var<double> a = map([](auto u) { return u * Constant{"ε", 2.0}; }, x);
  const Var<double> b = map([](auto u) { return u * u * Constant{"ε", 3.0}; }, x);
  const Var<double> c = x * Constant{"ε", 2.0};
  check_run(tape, sum(a + b + c), {x});
  CHECK(contains(print(tape), "x² · ε_2"));
}

TEST_CASE("selections, losses, stopped variables and recorded gradients execute") {
  Generator generator(3);
  const auto w = parameter(generator.normal<double>({5, 3}), "W");
  const auto bias = parameter(generator.normal<double>({3}));
  const Var<double> x(generator.normal<double>({4, 5}));
  Tape<double> tape;
  const Var<double> z = matmul(x, w) + bias;
  const Var<double> loss = -mean(pick(log_softmax(z), {0, 2, 1, 2})) + mean(square(z - stop_gradient(z) + 1.0) * z);
  CHECK(contains(print(tape), "pick{[0, 2, 1, 2]}("));
  check_run(tape, loss, {w, bias});
  const std::vector<Var<double>> gradients = tape.gradient(loss, {w, bias}, recorded);
  check_run(tape, sum(square(gradients[0])) + sum(gradients[1] * gradients[1]), {w, bias});
  check_run(tape, sum(stack(std::vector<Var<double>>{z, z * z}, -1) * 2.0), {w, bias});
  check_run(tape, sum(square(gather(w, {1, 1, 4}, 0)) + slice(w, 0, 1, 4)), {w});
}

TEST_CASE("a rule that leaves its Vars has an unknown line that says so, and does not execute") {
  const auto x = parameter(Array<double>(start), "x");
  Tape<double> tape;
  const Var<double> y = record("cube", Array<double>(start * start * start), wrt(x, [x](const Var<double>& g) {
                                 return Var<double>(Array<double>(3.0 * x.value() * x.value() * g.value()));
                               }));
  const Var<double> loss = sum(y).named("loss");
  const AdjointProgram program = adjoint_program(tape, loss);
  CHECK(contains(program.text(), "dx    = ?"));
  CHECK(contains(program.text(), "the rule of 'cube' leaves its Vars"));
  CHECK(contains(error_text([&] { program.run(values_of(tape)); }), "[run] the formula of dx is unknown"));
}

TEST_CASE("a constant of a formula may have the name of an adjoint, here as in the replay") {
  const auto x = parameter(Array<double>(start), "x");
  Tape<double> tape;
  const Var<double> y = map([](auto u) { return u * Constant{"dz", 2.0} + Constant{"dy", 3.0}; }, x).named("y");
  const Var<double> z = (y * y).named("z");
  const Var<double> loss = sum(z).named("loss");
  check_run(tape, loss, {x});
  const Replay record = replay(tape, loss);
  for (const AdjointLine& line : adjoint_program(tape, loss).lines())
    CHECK(ledger(record, line.target).variable == line.variable);
}

TEST_CASE("a variable that is called as what a pass starts from is not it") {
  const auto x = parameter(Array<double>(start), "cotangent");
  const Var<double> c = Var<double>(Array<double>{5.0, 6.0, 7.0}).named("cotangent");
  Tape<double> tape;
  const Var<double> y = x * x * c;
  check_program(tape, y, {x});
  const Var<double> named = (x * 2.0).named("cotangent");
  check_program(tape, named * x, {x});
  check_program(tape, sum(named * x), {x});
}

TEST_CASE("a cotangent or a variable of another shape is refused, whether or not it broadcasts") {
  const auto x = parameter(Array<double>{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, "x");
  Tape<double> tape;
  const AdjointProgram program = adjoint_program(tape, square(x), {x});
  explain::Values values = values_of(tape);
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{6}, Shape{3, 2}, Shape{1, 2, 3}}) {
    values["cotangent"] = ones<double>(shape);
    CHECK(error_text([&] { program.run(values); }) ==
          fmt::format("[run] 'cotangent' has shape {}; expected (2, 3), as on the tape", shape));
  }
  values["cotangent"] = ones<double>({2, 3});
  CHECK(program.run(values).at("dx") == Array<double>{{2.0, 4.0, 6.0}, {8.0, 10.0, 12.0}});
  values["x"] = scalar(2.0);
  CHECK(contains(error_text([&] { program.run(values); }), "'x' has shape (); expected (2, 3)"));
}

TEST_CASE("values of which some were changed after recording are refused, as a backward pass is") {
  const auto x = parameter(Array<double>(start), "x");
  const Var<double> c = Var<double>(Array<double>{1.0, 2.0, 3.0});
  const auto recorded_product = [&](const auto& change) {
    Tape<double> tape;
    const Var<double> loss = sum((x * x).named("y") * c).named("loss");
    CHECK(adjoint_program(tape, loss).run(values_of(tape)).at("dx") == tape.gradient(loss, {x}).front());
    change(tape.entry(1).output);
    CHECK(contains(error_text([&] { values_of(tape); }), "[values_of]"));
    CHECK(contains(error_text([&] { replay_in<float>(tape, loss); }), "[replay_in]"));
    CHECK(contains(error_text([&] { precision_of(tape, loss); }), "was changed after 'multiply' recorded it"));
  };
  recorded_product([&](const Var<double>&) { x.set_value(Array<double>{4.0, 5.0, 6.0}); });  // as a step does
  recorded_product([&](const Var<double>&) { c.mutable_value()(0) = 7.0; });
  recorded_product([&](const Var<double>& y) { y.set_value(Array<double>(start)); });
}

TEST_CASE("a value that is missing, or a function that is not the library's, is named") {
  const auto x = parameter(Array<double>(start), "x");
  Tape<double> tape;
  const Var<double> loss = sum(square(x)).named("loss");
  CHECK(contains(error_text([&] { adjoint_program(tape, loss).run({}); }), "'x', which has no value"));
  CHECK(contains(error_text([&] { explain::evaluate(Symbol::call("mystery", {Symbol(1.0)}), {}); }), "'mystery'"));
}

TEST_CASE("branches that are not taken add 0 to an adjoint, whatever their derivative is") {
  const auto x = parameter(Array<double>{-1.0, 0.0, 4.0}, "x");
  const auto y = parameter(Array<double>{2.0, 0.0, 3.0}, "y");
  Tape<double> tape;
  check_run(tape, sum(where(x > 0.0, sqrt(x), x)), {x});
  check_run(tape, sum(where(x > 0.0, log(x) * y + rsqrt(x), y * x)), {x, y});
  check_run(tape, sum(where(equal(y, 0.0), x, x / y * 2.0)), {x, y});
  check_run(tape, sum(map([](auto u, auto v) { return where(u > 0.0, v / sqrt(u), v); }, x, y)), {x, y});
  const explain::Values adjoints = adjoint_program(tape, sum(where(x > 0.0, sqrt(x), x))).run(values_of(tape));
  CHECK(adjoints.at("dx") == Array<double>{1.0, 1.0, 0.25});
}

TEST_CASE("a long formula names what occurs in it several times") {
  const auto x = parameter(Array<double>(start), "x");
  Tape<double> tape;
  const auto newton = [](auto a) {  // the root of a, in 13 rounds from 1
    auto r = 0.5 * (1.0 + a);
    for (int round = 1; round < 13; ++round) r = 0.5 * (r + a / r);
    return r;
  };
  const Var<double> loss = sum(map(newton, x).named("y")).named("loss");
  const AdjointProgram program = adjoint_program(tape, loss);
  CHECK(print(tape).size() < 20000);
  CHECK(program.text().size() < 20000);
  CHECK(program.latex().size() < 20000);
  CHECK(contains(program.text(), "let t1"));
  check_run(tape, loss, {x});
}

TEST_CASE("a rule uses the name of its output where that occurs") {
  const auto x = parameter(Array<double>(start), "x");
  Tape<double> tape;
  const Var<double> a = tanh(x).named("a");
  const Var<double> loss = sum(a * 2.0).named("loss");
  CHECK(contains(adjoint_program(tape, loss).text(), "(1 - a²)"));
  check_run(tape, loss, {x});
}

TEST_CASE("comparisons of numbers are decided, and terms that differ below the stroke are not merged") {
  const Symbol x("x"), a("a"), b("b");
  CHECK(text(pow(x, 3.0)) == "x³");
  const Dual<Symbol> cube = pow(Dual<Symbol>(x, Symbol(1.0)), Symbol(3.0));
  CHECK(text(cube.tangent) == "3 · x²");
  CHECK(text(where(Symbol(1.0) < Symbol(2.0), a, b)) == "a");
  CHECK(text(x / a + x / b) == "x / a + x / b");
  CHECK(text(x / a + x / a) == "2 · x / a");
}

TEST_CASE("the gradient of a normalisation that is recorded is written in functions that are known, and executes") {
  Generator generator(8);
  const auto x = parameter(generator.normal<double>({4, 3}), "x"),
             far = parameter(Array<double>(x.value() + 1e9), "far");
  const auto gamma = parameter(generator.normal<double>({3}), "γ"),
             beta = parameter(generator.normal<double>({3}), "β");
  const Var<double> w(generator.normal<double>({4, 3}));
  for (const Var<double>& input : {x, far}) {
    Tape<double> tape;
    const Var<double> y = normalise(input, moments(input, {1}), gamma, beta, 1e-3);
    const std::vector<Var<double>> first = tape.gradient(sum(y * y * w), {input, gamma}, recorded);
    const Var<double> second = sum(first[0] * first[0] * w) + sum(first[1] * first[1]);
    CHECK(!contains(print(tape), "over_root"));
    check_run(tape, second, {input, gamma, beta});
  }
}

TEST_CASE("an unnamed scalar is its number, of whatever size") {
  const auto x = parameter(Array<double>(start), "x");
  const double least = std::numeric_limits<double>::denorm_min();
  for (const double c : {least, -least, 2e-310, 0.1, 1e308}) {
    Tape<double> tape;
    const Var<double> loss = sum(x * c);
    CHECK(contains(print(tape), fmt::format("{}", c)));
    check_run(tape, loss, {x});
  }
  const auto y = parameter(Array<float>{1.0F}, "y");
  Tape<float> tape;
  const Var<float> loss = sum(y * 1e-42 + y * 0.1);
  CHECK(contains(print(tape), "1e-42"));
  CHECK(contains(print(tape), "0.1 · y"));
}
