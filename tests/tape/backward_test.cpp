#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "../error_text.hpp"

using namespace wengert;

namespace {

/// sum(w * x * x), whose gradient is 2 w x.
Var<double> weighted_squares(const Var<double>& x, const Array<double>& weights) {
  return sum(Var<double>(weights) * x * x);
}

}  // namespace

TEST_CASE("backward adds to the gradients: twice is double, after zero_grad it is once") {
  Generator generator(1);
  const auto x = parameter(generator.normal<double>({3, 2}), "x");
  const Array<double> weights = generator.normal<double>({3, 2});
  Tape<double> tape;
  const Var<double> loss = weighted_squares(x, weights);
  tape.backward(loss);
  const Array<double> once = x.grad();
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(once.data()[i] == doctest::Approx(2 * weights.data()[i] * x.value().data()[i]).epsilon(1e-15));
  }
  tape.backward(loss);
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(x.grad().data()[i] == 2 * once.data()[i]);
  x.zero_grad();
  CHECK(!x.has_grad());
  tape.backward(loss);
  CHECK(std::equal(once.data(), once.data() + once.size(), x.grad().data()));
}

TEST_CASE("backward reaches parameters only, and only those the loss depends on") {
  const auto x = parameter(scalar(2.0), "x"), unused = parameter(scalar(5.0), "unused");
  const Var<double> constant(3.0);
  Tape<double> tape;
  const Var<double> y = x * constant;
  const Var<double> other = unused * x;
  tape.backward(y);
  CHECK(x.grad()() == 3.0);
  CHECK(!unused.has_grad());
  CHECK(!constant.has_grad());
  CHECK(!y.has_grad());
  CHECK(!other.has_grad());
}

TEST_CASE("the gradients of two leaves that get the same contribution are separate arrays") {
  const auto a = parameter(scalar(1.0)), b = parameter(scalar(2.0));
  Tape<double> tape;
  const Var<double> z = a + b;
  tape.backward(z + a);  // a: 2, b: 1
  CHECK(a.grad()() == 2.0);
  CHECK(b.grad()() == 1.0);
  tape.backward(z);
  CHECK(a.grad()() == 3.0);
  CHECK(b.grad()() == 2.0);
}

TEST_CASE("gradient touches no grad and returns one array for every input, also for repeated and inner ones") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> tape;
  const Var<double> square_of_x = x * x;
  const Var<double> y = square_of_x * 5.0;
  const auto d = tape.gradient(y, {x, square_of_x, y, x});
  CHECK(d[0]() == 30.0);
  CHECK(d[1]() == 5.0);
  CHECK(d[2]() == 1.0);
  CHECK(d[3]() == 30.0);
  CHECK(!x.has_grad());
  CHECK(!square_of_x.has_grad());
}

TEST_CASE("the gradient is zero, in the shape of the input, where y does not depend on it") {
  const auto x = parameter(ones<double>({2, 3}), "x"), w = parameter(ones<double>({4}), "w");
  Tape<double> tape;
  const Var<double> y = sum(x);
  const Var<double> later = sum(w * 2.0);
  const auto plain = tape.gradient(y, {w, later, x});
  CHECK(plain[0].shape() == Shape{4});
  CHECK(std::count(plain[0].data(), plain[0].data() + 4, 0.0) == 4);
  CHECK(plain[1]() == 0.0);
  CHECK(plain[2].shape() == Shape{2, 3});
  const auto on_tape = tape.gradient(y, {w, later}, recorded);
  CHECK(on_tape[0].shape() == Shape{4});
  CHECK(on_tape[1].item() == 0.0);
}

TEST_CASE("a parameter that nothing has used is its own derivative, and of no other variable") {
  const Var<double> x = parameter(scalar(3.0), "x"), z = parameter(scalar(4.0), "z");
  const Var<double> v = parameter(Array<double>{1.0, 2.0}, "v");
  Tape<double> tape;
  CHECK(tape.gradient(x, {x, z, v}) == std::vector<Array<double>>{scalar(1.0), scalar(0.0), zeros<double>({2})});
  const Array<double> cotangent{5.0, 7.0};
  CHECK(tape.pullback(v, Var<double>(cotangent), {v, x}) == std::vector<Array<double>>{cotangent, scalar(0.0)});
  tape.backward(z);
  CHECK(z.grad() == scalar(1.0));
  CHECK_FALSE(x.has_grad());
  const Var<double> y = x * z;
  CHECK(tape.gradient(x, {x, z}) == std::vector<Array<double>>{scalar(1.0), scalar(0.0)});
  CHECK(tape.gradient(y, {x, z}) == std::vector<Array<double>>{scalar(4.0), scalar(3.0)});
  const Var<double> late = parameter(scalar(2.0), "late");
  CHECK(tape.gradient(late, {x, late}, recorded)[1].value() == scalar(1.0));
}

TEST_CASE("a pullback is linear in its cotangent and has the shapes of the inputs") {
  Generator generator(2);
  const auto x = parameter(generator.normal<double>({4, 3}));
  const Array<double> cotangent = generator.normal<double>({4, 3});
  Tape<double> tape;
  const Var<double> y = tanh(x) * x;
  Array<double> doubled = cotangent;
  for (double& element : std::span(doubled.data(), doubled.size())) element *= 2;
  const Array<double> once = tape.pullback(y, cotangent, {x})[0], twice = tape.pullback(y, doubled, {x})[0];
  const Array<double> none = tape.pullback(y, zeros<double>({4, 3}), {x})[0];
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(twice.data()[i] == 2 * once.data()[i]);
    CHECK(none.data()[i] == 0.0);
  }
}

TEST_CASE("the cotangent that is given to a pullback is not changed by it") {
  const auto x = parameter(ones<double>({2})), z = parameter(ones<double>({2}));
  const Var<double> cotangent(full<double>({2}, 3.0));
  Tape<double> tape;
  const Var<double> y = (x + z) + x;
  const auto d = tape.pullback(y, cotangent, {x, z}, recorded);
  const auto plain = tape.pullback(y, cotangent.value(), {x, z, y});
  CHECK(cotangent.value()(0) == 3.0);
  CHECK(d[0].value()(0) == 6.0);
  CHECK(plain[0](1) == 6.0);
  CHECK(plain[1](1) == 3.0);
  CHECK(plain[2](1) == 3.0);
}

TEST_CASE("a variable that is used many times gets the sum of all contributions") {
  const auto x = parameter(scalar(1.0), "x");
  Tape<double> tape;
  Var<double> y = x;
  for (int k = 0; k < 60; ++k) y = y + y;
  CHECK(tape.size() == 61);
  CHECK(y.item() == 0x1p60);
  CHECK(tape.gradient(y, {x})[0]() == 0x1p60);
  CHECK(tape.gradient(y, {x}, recorded)[0].item() == 0x1p60);

  Var<double> total = x * 0.0;
  for (int k = 0; k < 1000; ++k) total = total + x;
  CHECK(tape.gradient(total, {x})[0]() == 1000.0);
  CHECK(tape.gradient(x * x * x * x, {x})[0]() == 4.0);
}

TEST_CASE("a contribution is summed over the axes along which its operand was broadcast") {
  struct Pair {
    Shape a, b, result;
  };
  Generator generator(3);
  const std::vector<Pair> pairs{
      {{}, {2, 3}, {2, 3}},           {{1}, {2, 3}, {2, 3}},   {{3}, {2, 3}, {2, 3}}, {{2, 1}, {2, 3}, {2, 3}},
      {{2, 1}, {3}, {2, 3}},          {{1, 1}, {1}, {1, 1}},   {{}, {1}, {1}},        {{1, 3, 1}, {2, 1, 4}, {2, 3, 4}},
      {{4, 1, 2}, {3, 1}, {4, 3, 2}}, {{1, 0}, {3, 1}, {3, 0}}};
  for (const Pair& pair : pairs) {
    const Shape &shape_a = pair.a, &shape_b = pair.b, &result = pair.result;
    CAPTURE(to_string(shape_a));
    CAPTURE(to_string(shape_b));
    const auto a = parameter(generator.normal<double>(shape_a)), b = parameter(generator.normal<double>(shape_b));
    const Array<double> weights = generator.normal<double>(result);
    Tape<double> tape;
    const Var<double> y = a * b;
    CHECK(y.shape() == result);
    const Var<double> wide_a = broadcast_to(a, result), wide_b = broadcast_to(b, result);
    const auto implicit = tape.pullback(y, weights, {a, b});
    const auto explicit_ = tape.pullback(wide_a * wide_b, weights, {a, b});
    const auto on_tape = tape.pullback(y, Var<double>(weights), {a, b}, recorded);
    for (std::size_t k = 0; k < 2; ++k) {
      CHECK(implicit[k].shape() == (k == 0 ? shape_a : shape_b));
      CHECK(on_tape[k].shape() == implicit[k].shape());
      for (std::size_t i = 0; i < implicit[k].size(); ++i) {
        CHECK(implicit[k].data()[i] == doctest::Approx(explicit_[k].data()[i]).epsilon(1e-14));
        CHECK(on_tape[k].value().data()[i] == doctest::Approx(explicit_[k].data()[i]).epsilon(1e-14));
      }
    }
  }
}
