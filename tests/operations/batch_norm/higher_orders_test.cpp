#include <doctest/doctest.h>

#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>

#include <functional>

#include "problem.hpp"

using namespace wengert;

namespace {

/// The derivative of f at 0 from central differences with steps h, h/2 and h/4 and two steps of Richardson's
/// extrapolation: the error is of order h^6, the rounding of order 1e-16 |f| / h.
double richardson(const std::function<double(double)>& f, double h = 0x1p-7) {
  const auto central = [&](double step) { return (f(step) - f(-step)) / (2 * step); };
  const double coarse = central(h), middle = central(h / 2), fine = central(h / 4);
  const double first = (4 * middle - coarse) / 3, second = (4 * fine - middle) / 3;
  return (16 * second - first) / 15;
}

double loss_of(const Problem& problem, const NamedForm& form) {
  const Var<double> y = form.run(problem.x, problem.gamma, problem.beta, problem.axes, problem.epsilon).y;
  return sum(y * Var<double>(problem.d_y)).item();
}

Array<double> differences(Problem problem, Array<double> Problem::*input, const NamedForm& form) {
  Array<double> gradient = empty<double>((problem.*input).shape());
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    double& element = (problem.*input).data()[i];
    const double before = element;
    gradient.data()[i] = richardson([&](double step) {
      element = before + step;
      return loss_of(problem, form);
    });
    element = before;
  }
  return gradient;
}

double largest_error(const Array<double>& actual, const Array<double>& expected) {
  return hand_derived::compare(hand_derived::elements(actual), hand_derived::elements(expected)).largest;
}

struct Layout {
  Shape shape;
  Axes axes;
};
const std::vector<Layout> layouts{{{9, 3}, {0}}, {{4, 2, 3}, {0, 2}}, {{3, 2, 2, 2}, {0, 2, 3}}, {{2, 5, 3}, {-1, 0}}};
const std::vector<NamedForm> forms{fused, by_operators, epsilon_outside};

}  // namespace

// The sixth derivative that the truncation error contains grows like (deviation)^-6 with a deviation of about 1 here;
// with h = 2^-7 it stays below 1e-10, and the rounding below 1e-13.
TEST_CASE("the gradient of batch norm is that of finite differences") {
  Generator generator(3);
  for (const Layout& layout : layouts) {
    for (const NamedForm& form : forms) {
      const Problem problem = make_problem(generator, layout.shape, layout.axes, 0.1);
      CAPTURE(std::string(form.name));
      CAPTURE(to_string(layout.shape));
      const Derived derived = derive(problem, form);
      CHECK(largest_error(derived.d_x, differences(problem, &Problem::x, form)) < 1e-9);
      CHECK(largest_error(derived.d_gamma, differences(problem, &Problem::gamma, form)) < 1e-9);
      CHECK(largest_error(derived.d_beta, differences(problem, &Problem::beta, form)) < 1e-9);
    }
  }
}

TEST_CASE("the recorded gradient has the values of the plain one") {
  Generator generator(4);
  for (const NamedForm& form : forms) {
    const Problem problem = make_problem(generator, {9, 3}, {0}, 0.1);
    const auto x = parameter(problem.x), gamma = parameter(problem.gamma), beta = parameter(problem.beta);
    Tape<double> tape;
    const Var<double> loss = sum(form.run(x, gamma, beta, {0}, 0.1).y * Var<double>(problem.d_y));
    const auto plain = tape.gradient(loss, {x, gamma, beta});
    const auto on_tape = tape.gradient(loss, {x, gamma, beta}, recorded);
    for (std::size_t i = 0; i < 3; ++i) CHECK(largest_error(on_tape[i].value(), plain[i]) < 1e-14);
  }
}

TEST_CASE("the product of the Hessian of batch norm with a vector is a difference of gradients") {
  Generator generator(5);
  for (const Layout& layout : layouts) {
    for (const NamedForm& form : forms) {
      const Problem problem = make_problem(generator, layout.shape, layout.axes, 0.1);
      const Array<double> direction = generator.normal<double>(layout.shape);
      CAPTURE(std::string(form.name));
      CAPTURE(to_string(layout.shape));

      const auto x = parameter(problem.x), gamma = parameter(problem.gamma), beta = parameter(problem.beta);
      Tape<double> tape;
      const Var<double> loss = sum(form.run(x, gamma, beta, layout.axes, 0.1).y * Var<double>(problem.d_y));
      const Var<double> d_x = tape.gradient(loss, {x}, recorded)[0];
      const auto products = tape.gradient(sum(d_x * Var<double>(direction)), {x, gamma});

      const auto moved_gradient = [&](double step) {
        Problem moved = problem;
        for (std::size_t i = 0; i < direction.size(); ++i) moved.x.data()[i] += step * direction.data()[i];
        return derive(moved, form);
      };
      Array<double> of_x = empty<double>(layout.shape), of_gamma = empty<double>(problem.gamma.shape());
      for (std::size_t i = 0; i < of_x.size(); ++i) {
        of_x.data()[i] = richardson([&](double step) { return moved_gradient(step).d_x.data()[i]; });
      }
      for (std::size_t i = 0; i < of_gamma.size(); ++i) {
        of_gamma.data()[i] = richardson([&](double step) { return moved_gradient(step).d_gamma.data()[i]; });
      }
      CHECK(largest_error(products[0], of_x) < 1e-8);
      CHECK(largest_error(products[1], of_gamma) < 1e-8);
    }
  }
}

// x_i = (i+1) t + (i%3-1) t^2 + i for i = 0..7 in shape (2, 2, 2), channels on axis 1, epsilon = 0.25, and
// f = sum (i+1) y_i at t = -6; the expected numbers were computed with sixty decimal digits.
TEST_CASE("batch norm is right to the third derivative") {
  Array<double> linear = empty<double>({2, 2, 2}), quadratic = linear, constant = linear;
  for (std::size_t i = 0; i < 8; ++i) {
    linear.data()[i] = static_cast<double>(i) + 1;
    quadratic.data()[i] = static_cast<double>(i % 3) - 1;
    constant.data()[i] = static_cast<double>(i);
  }
  const Array<double> gamma{1.5, -0.5}, beta{0.25, 1.0};
  for (const NamedForm& form : {fused, by_operators}) {
    CAPTURE(std::string(form.name));
    const auto t = parameter(scalar(-6.0), "t");
    Tape<double> tape;
    const Var<double> x = Var<double>(linear) * t + Var<double>(quadratic) * square(t) + Var<double>(constant);
    const Var<double> y = form.run(x, gamma, beta, {0, 2}, 0.25).y;
    Var<double> derivative = sum(Var<double>(linear) * y);
    for (double expected : {36.16877756630648, -0.44963206471575355, -0.20703015646993196, -0.12088220653225}) {
      CHECK(derivative.item() == doctest::Approx(expected).epsilon(1e-12));
      derivative = tape.gradient(derivative, {t}, recorded)[0];
    }
  }
}
