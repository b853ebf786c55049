#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "../error_text.hpp"

using namespace wengert;

namespace {

Array<double> product(const Var<double>& a, const Var<double>& b) {
  const NoRecord pause;
  return (a * b).value();
}

}  // namespace

TEST_CASE("a recorded operation is differentiated by its rules, with one argument or with two") {
  const auto a = parameter(scalar(3.0), "a"), b = parameter(scalar(5.0), "b");
  const auto multiply_twice = [](const Var<double>& x, const Var<double>& y) {
    return record("product", product(x, y), wrt(x, [y](const Var<double>& g) { return g * y; }),
                  wrt(y, [y](const Var<double>& g, const Var<double>& z) { return g * z / y; }));
  };
  Tape<double> tape;
  const Var<double> z = multiply_twice(a, b);
  CHECK(z.item() == 15.0);
  CHECK(tape.entry(z.requires_grad() ? tape.slot_of("test", z) : 0).operation->name() == "product");
  const auto d = tape.gradient(z, {a, b});
  CHECK(d[0]() == 5.0);
  CHECK(d[1]() == 3.0);

  const auto on_tape = tape.gradient(multiply_twice(z, b), {a}, recorded);  // a b^2
  CHECK(on_tape[0].item() == 25.0);
  CHECK(tape.gradient(on_tape[0], {b})[0]() == 10.0);
}

TEST_CASE("a pullback runs only for the inputs that need it") {
  const auto a = parameter(scalar(3.0), "a"), b = parameter(scalar(5.0), "b");
  const Var<double> constant(7.0);
  int calls_a = 0, calls_b = 0, calls_constant = 0;
  const auto counted = [](int& calls) {
    return [&calls](const Var<double>& g) {
      ++calls;
      return g;
    };
  };
  Tape<double> tape;
  const Var<double> y = record("three", scalar(1.0), wrt(a, counted(calls_a)), wrt(b, counted(calls_b)),
                               wrt(constant, counted(calls_constant)));
  const Var<double> unused = record("unused", scalar(1.0), wrt(a, counted(calls_a)));
  CHECK(calls_a + calls_b + calls_constant == 0);
  tape.gradient(y, {a});
  CHECK(calls_a == 1);
  CHECK(calls_b == 0);
  tape.gradient(y, {b}, recorded);
  CHECK(calls_a == 1);
  CHECK(calls_b == 1);
  tape.gradient(y, {y});
  CHECK(calls_a + calls_b == 2);
  tape.backward(y);
  CHECK(calls_a == 2);
  CHECK(calls_b == 2);
  CHECK(calls_constant == 0);
}

TEST_CASE("what a joint rule returns for inputs that nobody asks for is left out") {
  const auto a = parameter(scalar(3.0), "a"), b = parameter(scalar(5.0), "b");
  const Var<double> constant(7.0);
  Tape<double> tape;
  const Var<double> y = record("three", scalar(1.0), std::vector{a, b, constant},
                               [](const Var<double>& g, const Var<double>&, const std::vector<bool>&) {
                                 return Contributions<double>{g * 2.0, g * 4.0, g * 8.0};
                               });
  CHECK(tape.gradient(y, {b}).front()() == 4.0);
  CHECK(tape.gradient(y, {a}, recorded).front().item() == 2.0);
  tape.backward(y);
  CHECK(a.grad()() == 2.0);
  CHECK(b.grad()() == 4.0);
}

TEST_CASE("a rule that returns a wrong shape is refused by name, and no gradient has changed") {
  const auto x = parameter(ones<double>({2, 3}), "x"), w = parameter(scalar(1.0), "w");
  Tape<double> tape;
  const Var<double> y = record("wrong", ones<double>({2, 3}), wrt(x, [](const Var<double>& g) { return sum(g, {0}); }));
  const Var<double> loss = sum(y * w);
  const std::string text = error_text([&] { tape.backward(loss); });
  CHECK(contains(text, "its pullback returned shape (3,) for 'x' (2, 3)"));
  CHECK(contains(text, "expected that shape, or one it broadcasts to"));
  CHECK(!x.has_grad());
  CHECK(!w.has_grad());
}

// The operation is what its author looks for in the message.
TEST_CASE("a rule that returns a wrong shape is refused with the name of its operation") {
  const auto x = parameter(ones<double>({2, 3}), "x");
  Tape<double> tape;
  const Var<double> y = record("wrong", ones<double>({2, 3}), wrt(x, [](const Var<double>& g) { return sum(g, {0}); }));
  CHECK(contains(error_text([&] { tape.pullback(y, ones<double>({2, 3}), {x}); }), "wrong"));
}

TEST_CASE("a rule may return a contribution that is larger than its input, which is summed") {
  const auto x = parameter(ones<double>({3}), "x");
  Tape<double> tape;
  const Var<double> y = record("repeat", ones<double>({2, 3}), wrt(x, [](const Var<double>& g) { return g; }));
  CHECK(tape.pullback(y, ones<double>({2, 3}), {x})[0](1) == 2.0);
}

TEST_CASE("a rule that returns its cotangent, or a captured variable, does not share it") {
  const auto a = parameter(ones<double>({2}), "a"), b = parameter(ones<double>({2}), "b");
  const Var<double> slope(full<double>({2}, 4.0));
  Tape<double> tape;
  const Var<double> y =
      record("affine", ones<double>({2}), wrt(a, [](const Var<double>& g) { return g; }),
             wrt(a, [](const Var<double>& g) { return g; }), wrt(b, [slope](const Var<double>&) { return slope; }),
             wrt(b, [slope](const Var<double>&) { return slope; }));
  const auto d = tape.pullback(y, ones<double>({2}), {a, b, y});
  CHECK(d[0](0) == 2.0);
  CHECK(d[1](0) == 8.0);
  CHECK(d[2](0) == 1.0);
  CHECK(slope.value()(0) == 4.0);
}

TEST_CASE("an operation of constants, or outside of a tape, is its value and leaves no entry") {
  const Var<double> constant(2.0);
  const auto x = parameter(scalar(2.0));
  const auto operation = [](const Var<double>& in) {
    return record("operation", scalar(1.0), wrt(in, [](const Var<double>& g) { return g; }));
  };
  CHECK(!operation(x).requires_grad());
  Tape<double> tape;
  CHECK(!operation(constant).requires_grad());
  CHECK(!exp(constant * 2.0).requires_grad());
  CHECK(tape.size() == 0);
  CHECK(operation(x).requires_grad());
  CHECK(tape.size() == 2);
}

TEST_CASE("an error inside a rule says whose rule it was and for which operand") {
  const auto x = parameter(ones<double>({2, 3}), "x"), w = parameter(ones<double>({2}), "w");
  Tape<double> tape;
  const Var<double> y = record("mul", ones<double>({2, 3}), wrt(x, [](const Var<double>& g) { return matmul(g, g); }),
                               wrt(w, [](const Var<double>& g) { return sum(g, {1}); }));
  const std::string text = error_text([&] { tape.backward(sum(y)); });
  CHECK(contains(text, "[matmul] got"));
  CHECK(contains(text, "(in the rule of 'mul' for 'x' (2, 3))"));
  CHECK(contains(error_text([&] { tape.gradient(sum(y), {x}, recorded); }), "(in the rule of 'mul' for 'x' (2, 3))"));
  CHECK(!w.has_grad());
}

TEST_CASE("a rule that is missing is refused when it is recorded, with a name that stays in its line") {
  const auto x = parameter(ones<double>({3}), "x");
  const Tape<double> tape;
  CHECK(contains(error_text([&] {
                   record("twice", ones<double>({3}), Edge<double>{x, {}, {}});
                 }),
                 "[twice] has no rule for 'x' (3,)"));
  CHECK(contains(error_text([&] { record("twice", ones<double>({3}), {x}, JointRule<double>{}); }),
                 "[twice] has no rule"));
  CHECK(tape.size() == 0);
  record("two\nlines", ones<double>({3}), wrt(x, [](const Var<double>& g) { return g; }));
  CHECK(tape.entry(1).operation->name() == "two\\x0alines");
}

TEST_CASE("what adds to a part of an adjoint is named when it fails, and keeps its shape") {
  const auto x = parameter(ones<double>({2, 3}), "x");
  const auto error_of = [&](const auto& add_part) {
    Tape<double> tape;
    const auto rule = [](const Var<double>& g) { return g; };
    const Var<double> y = record("part", ones<double>({2, 3}), wrt(x, rule, add_part));
    return error_text([&] { tape.backward(sum(y)); });
  };
  CHECK(contains(error_of([](const Array<double>&, Array<double>&) { fail("mine", "failed"); }),
                 "[mine] failed (in the rule of 'part' for 'x' (2, 3))"));
  CHECK(contains(error_of([](const Array<double>& g, Array<double>& adjoint) {
                   adjoint = Array<double>{g(0, 0), 1.0};
                 }),
                 "[part] it gave the adjoint of 'x' (2, 3) shape (2,)"));
  CHECK(!x.has_grad());
}

TEST_CASE("one rule can serve all inputs, and is told which of them want a contribution") {
  const auto a = parameter(scalar(3.0), "a"), b = parameter(scalar(5.0), "b");
  std::vector<std::vector<bool>> calls;
  const auto joint = [&](const Var<double>& x, const Var<double>& y) {
    return record("product", product(x, y), {x, y},
                  [&calls, x, y](const Var<double>& g, const Var<double>&, const std::vector<bool>& wanted) {
                    calls.push_back(wanted);
                    Contributions<double> contributions(2);
                    if (wanted[0]) contributions[0] = g * y;
                    if (wanted[1]) contributions[1] = g * x;
                    return contributions;
                  });
  };
  Tape<double> tape;
  const Var<double> z = joint(a, b);
  const auto both = tape.gradient(z, {a, b});
  CHECK(both[0]() == 5.0);
  CHECK(both[1]() == 3.0);
  CHECK(tape.gradient(z, {b})[0]() == 3.0);
  CHECK(calls == std::vector<std::vector<bool>>{{true, true}, {false, true}});
  CHECK(tape.gradient(joint(a, a), {a})[0]() == 6.0);
  const auto on_tape = tape.gradient(joint(z, b), {a}, recorded);  // a b^2
  CHECK(tape.gradient(on_tape[0], {b})[0]() == 10.0);
}

TEST_CASE("a rule for all inputs that returns too few contributions, or fails, is named") {
  const auto x = parameter(ones<double>({2, 3}), "x");
  Tape<double> tape;
  const auto with_rule = [&](JointRule<double> rule) {
    const Var<double> y = record("joint", ones<double>({2, 3}), {x}, std::move(rule));
    return error_text([&] { tape.backward(sum(y)); });
  };
  const auto none = [](const auto&, const auto&, const auto&) { return Contributions<double>(); };
  CHECK(contains(with_rule(none), "[joint] its rule returned 0 contributions"));
  const auto fails = [](const auto& g, const auto&, const auto&) { return Contributions<double>{matmul(g, g)}; };
  CHECK(contains(with_rule(fails), "(in the rule of 'joint' for 'x' (2, 3))"));
  const auto wrong = [](const auto& g, const auto&, const auto&) { return Contributions<double>{sum(g, {0})}; };
  CHECK(contains(with_rule(wrong), "[joint] its pullback returned shape (3,) for 'x' (2, 3)"));
}
