#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/check/gradcheck.hpp>

#include "../error_text.hpp"

// Checks and derivatives with respect to parameters that a function reads itself, as a network does.

using namespace wengert;

namespace {

/// A layer in small: tanh(x W) with a row of biases.
struct Layer {
  Generator generator{5};
  Var<double> x{generator.normal<double>({4, 3})};
  Var<double> w = parameter(generator.normal<double>({3, 2}), "W");
  Var<double> b = parameter(generator.normal<double>({2}), "b");

  Var<double> operator()() const { return tanh(matmul(x, w) + b); }
  std::vector<Var<double>> parameters() const { return {w, b}; }
};

Var<double> wrong_square(const Var<double>& x) {
  return record("wrong_square", Array<double>(x.value() * x.value()),
                wrt(x, [x](const Var<double>& g) { return g * x; }));
}

bool equal_arrays(const Array<double>& a, const Array<double>& b) { return a.shape() == b.shape() && a == b; }

}  // namespace

TEST_CASE("the gradient of a network with respect to its own parameters passes the check at orders one and two") {
  const Layer layer;
  const Array<double> w = layer.w.value(), b = layer.b.value();
  const GradcheckReport report = gradcheck([&] { return layer(); }, layer.parameters(), {.order = 2});
  CHECK_MESSAGE(report, report);
  CHECK(report.order == 2);
  CHECK(equal_arrays(layer.w.value(), w));
  CHECK(equal_arrays(layer.b.value(), b));
  CHECK_FALSE(layer.w.has_grad());
}

TEST_CASE("a wrong rule in a network fails the check, and the parameters have their values back") {
  const Var w = parameter(Array<double>{1.0, 2.0, 3.0}, "w");
  const GradcheckReport report = gradcheck([&] { return wrong_square(w); }, {w});
  CHECK(report.verdict == Verdict::fail);
  CHECK(contains(report.text(), "the ratio is 1/2"));
  CHECK(equal_arrays(w.value(), {1.0, 2.0, 3.0}));
}

TEST_CASE("the parameters have their values back also when the function throws") {
  const Var w = parameter(Array<double>{1.0, 2.0}, "w");
  int calls = 0;
  const auto f = [&] {
    require(++calls < 5, "test", "enough");
    return square(w);
  };
  CHECK(error_text([&] { gradcheck(f, {w}); }) == "[test] enough");
  CHECK(equal_arrays(w.value(), {1.0, 2.0}));
}

TEST_CASE("derivatives with respect to parameters in place are those with respect to arguments") {
  const Layer layer;
  const auto f = [&layer](const std::vector<Var<double>>& v) { return tanh(matmul(layer.x, v[0]) + v[1]); };
  const auto loss = [&] { return sum(square(layer())); };
  const auto loss_of = [&](const std::vector<Var<double>>& v) { return sum(square(f(v))); };
  Generator generator(6);
  const std::vector<Array<double>> v{generator.normal<double>({3, 2}), generator.normal<double>({2})};

  CHECK(equal_arrays(jvp([&] { return layer(); }, layer.parameters(), v), jvp<double>(f, layer.parameters(), v)));
  const auto in_place = hvp(loss, layer.parameters(), v), by_arguments = hvp<double>(loss_of, layer.parameters(), v);
  const auto rows = jacobians([&] { return layer(); }, layer.parameters());
  const auto expected_rows = jacobians<double>(f, layer.parameters());
  for (std::size_t k = 0; k < 2; ++k) {
    CHECK(equal_arrays(in_place[k], by_arguments[k]));
    CHECK(equal_arrays(rows[k], expected_rows[k]));
  }
  CHECK(xt::amax(xt::abs(in_place[0]))() > 0.1);
}

TEST_CASE("what is no parameter cannot be checked in place") {
  const Var x = Var<double>(Array<double>{1.0}).named("x");
  const auto f = [&] { return square(x); };
  CHECK(contains(error_text([&] { gradcheck(f, {x}); }), "[gradcheck] 'x' (1,) is no parameter"));
  CHECK(contains(error_text([&] { jacobians(f, std::vector{x}); }), "[jacobians] 'x' (1,) is no parameter"));
}

TEST_CASE("a check of a parameter that is given twice, or of no elements, is refused") {
  const Var w = parameter(Array<double>{1.0, 2.0}, "w");
  const auto f = [&] { return square(w); };
  CHECK(contains(error_text([&] { gradcheck(f, {w, w}); }), "[gradcheck] 'w' (2,) is given twice"));
  CHECK(gradcheck([](auto a, auto b) { return a * b; }, {w, w}));
  CHECK(contains(error_text([&] { gradcheck(f, {w}, {.max_elements = 0}); }), "[gradcheck] max_elements is 0"));
}

TEST_CASE("what stop_gradient stops is held fixed, at orders one and two, and the report says so") {
  const auto straight_through = [](const auto& x, const auto& s) { return x * stop_gradient(square(s)) + square(s); };
  const Var x = parameter(Array<double>{0.7, -1.3}, "x"), s = parameter(Array<double>{1.1, 0.4}, "s");
  const GradcheckReport report = gradcheck(straight_through, {x, s}, {.order = 2});
  CHECK_MESSAGE(report, report);
  CHECK(contains(report.text(), "held fixed: what stop_gradient was called with, 1 time"));
  CHECK(gradcheck([&] { return straight_through(x, s); }, {x, s}, {.order = 2}));
  CHECK(stop_gradient(x).value() == x.value());

  // Without being held the values would vary with x, and the rule below would look right.
  const auto wrong = [](const auto& v) { return wrong_square(v) - 0.5 * stop_gradient(square(v)); };
  CHECK(gradcheck(wrong, {x}).verdict == Verdict::fail);
}
