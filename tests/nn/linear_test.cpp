#include <doctest/doctest.h>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/linear.hpp>

#include <cmath>

#include "../error_text.hpp"
#include "../hand_derived/linear.hpp"

using namespace wengert;
using hand_derived::compare;
using hand_derived::elements;

TEST_CASE("Linear and its gradients are those of the hand-derived backprop") {
  Generator generator(7);
  for (const auto& extents : {std::array<std::size_t, 3>{1, 1, 1}, {8, 5, 3}, {3, 17, 33}, {64, 30, 10}}) {
    const std::size_t rows = extents[0], in = extents[1], out = extents[2];
    CAPTURE(rows);
    nn::Linear<double> linear(in, out, generator);
    const Var<double> x = parameter(generator.normal<double>({rows, in}), "x");
    const Array<double> cotangent = generator.normal<double>({rows, out});
    Tape<double> tape;
    const Var<double> y = linear(x);
    tape.backward(sum(y * Var<double>(cotangent)));
    const Array<double>& weight = linear.weight().value();
    const auto backward = hand_derived::linear_backward(x.value(), weight, cotangent);
    const auto expected = hand_derived::linear_forward(x.value(), weight, linear.bias()->value());
    CHECK(y.shape() == Shape{rows, out});
    CHECK(compare(elements(y.value()), expected).largest <= 1e-12);
    CHECK(compare(elements(x.grad()), backward.d_x).largest <= 1e-12);
    CHECK(compare(elements(linear.weight().grad()), backward.d_weight).largest <= 1e-12);
    CHECK(compare(elements(linear.bias()->grad()), backward.d_bias).largest <= 1e-12);
  }
}

TEST_CASE("Linear without a bias is the product alone, and takes more leading axes") {
  Generator generator(3);
  nn::Linear<double> linear(2, 2, generator, {.bias = false});
  linear.weight().set_value(Array<double>{{2, -1}, {1, 1}});
  CHECK(linear.parameters().size() == 1);
  CHECK(linear(Array<double>{{3, 4}, {5, 6}}).value() == Array<double>{{2, 7}, {4, 11}});
  const Array<double> x{{{3, 4}, {5, 6}}, {{0, 1}, {1, 0}}};
  CHECK(linear(x).value() == Array<double>{{{2, 7}, {4, 11}}, {{-1, 1}, {2, 1}}});
}

TEST_CASE("weights and biases start uniform in ±1/sqrt(in)") {
  Generator generator(11);
  nn::Linear<double> linear(25, 400, generator);  // bound 1/5
  double least = 1.0, largest = -1.0, squares = 0.0;
  for (const double w : elements(linear.weight().value())) {
    least = std::min(least, w);
    largest = std::max(largest, w);
    squares += w * w;
  }
  CHECK(least >= -0.2);
  CHECK(largest < 0.2);
  // The variance of 10,000 uniform numbers is (0.2)²/3; their squares deviate by (0.2)² sqrt(4/45), so the mean of
  // 10,000 of them is off by more than five times 1.2e-4 once in a million seeds.
  CHECK(std::abs(squares / 10000.0 - 0.04 / 3.0) < 6e-4);
  for (const double b : elements(linear.bias()->value())) CHECK(std::abs(b) <= 0.2);
}

TEST_CASE_TEMPLATE("the same seed gives bitwise the same layers, another one others", T, float, double) {
  const auto weights = [](std::uint64_t seed) {
    Generator generator(seed);
    const nn::Linear<T> linear(9, 5, generator);
    return std::pair(linear.weight().value(), linear.bias()->value());
  };
  CHECK(weights(42) == weights(42));
  CHECK(weights(42).first != weights(43).first);
}

TEST_CASE("Linear's errors name the shapes it got and those it expects") {
  Generator generator(1);
  nn::Linear<float> linear(64, 10, generator);
  const Var<float> x = Var<float>(zeros<float>({32, 63})).named("pixels");
  const std::string text = error_text([&] { linear(x); });
  CHECK(contains(text, "[Linear] got 'pixels' (32, 63)"));
  CHECK(contains(text, "(10, 64)"));
  CHECK(contains(text, "expected (N, 64)"));
  CHECK(contains(error_text([&] { linear(zeros<float>({64})); }), "[Linear] got an input of shape (64,)"));
  CHECK(contains(error_text([&] { nn::Linear<float>(0, 3, generator); }), "0 input and 3 output features"));
}
