#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

using namespace wengert;

// A derivative of 1 hands the cotangent on without a pass, and below a mean the adjoint is the same along the axes.
// None of that may be seen: adjoints are of full shape, and no two results are one array.

namespace {

const Array<double> c{{1.0, -2.0, 3.0}, {5.0, 7.0, -11.0}};

Var<double> matrix() { return parameter(Array<double>{{2.0, 3.0, 5.0}, {7.0, 11.0, 13.0}}, "x"); }

double read_factor = 1.0;

bool equals(const Array<double>& a, const xt::xarray<double>& b) { return a.shape() == b.shape() && a == b; }

}  // namespace

TEST_CASE("a cotangent that is handed on is not changed by what is added to the adjoint later") {
  const Var<double> x = matrix(), b = parameter(zeros<double>({2, 3}), "b");
  const Var<double> cotangent(c);
  Tape<double> tape;
  const Var<double> early = 2.0 * x;
  const Var<double> y = x + b;
  const Var<double> z = y + early;
  const std::vector<Array<double>> gradients = tape.pullback(z, cotangent, {x, b, y, early, z});
  CHECK(equals(gradients[0], 3.0 * c));
  for (std::size_t k = 1; k < gradients.size(); ++k) CHECK(equals(gradients[k], c));
  CHECK(equals(cotangent.value(), c));
  for (const Array<double>& gradient : gradients) CHECK(gradient.data() != cotangent.value().data());
  CHECK(gradients[1].data() != gradients[2].data());
}

TEST_CASE("an operand that occurs twice gets both contributions") {
  const Var<double> x = matrix();
  Tape<double> tape;
  CHECK(equals(tape.pullback(x + x, c, {x})[0], 2.0 * c));
  CHECK(equals(tape.pullback(x - x, c, {x})[0], 0.0 * c));
  CHECK(equals(tape.pullback(x + (x + x), c, {x})[0], 3.0 * c));
}

TEST_CASE("an operand that was repeated gets the sum of the cotangent") {
  const Var<double> x = matrix(), row = parameter(zeros<double>({3}), "row");
  Tape<double> tape;
  const auto gradients = tape.pullback(x - row, c, {x, row});
  CHECK(equals(gradients[0], c));
  CHECK(equals(gradients[1], {-6.0, -5.0, 8.0}));
}

TEST_CASE("the adjoints below a mean and a sum have full shape, for leaves and in between") {
  const Var<double> x = matrix();
  Tape<double> tape;
  const Var<double> s = square(x);
  const auto of_mean = tape.gradient(mean(s), {s, x});
  CHECK(equals(of_mean[0], ones<double>({2, 3}) * (1.0 / 6.0)));
  CHECK(equals(of_mean[1], 2.0 * x.value() * (1.0 / 6.0)));
  CHECK(equals(tape.gradient(sum(x), {x})[0], ones<double>({2, 3})));
  CHECK(equals(tape.pullback(sum(x, {1}), Array<double>{3.0, 4.0}, {x})[0], {{3.0, 3.0, 3.0}, {4.0, 4.0, 4.0}}));
  CHECK(equals(tape.gradient(sum(mean(x, {0})), {x})[0], ones<double>({2, 3}) * 0.5));
  CHECK(equals(tape.gradient(sum(sum(x, {0}, keep_dims), {1}), {x})[0], ones<double>({2, 3})));
  tape.backward(sum(x + 1.0));
  CHECK(equals(x.grad(), ones<double>({2, 3})));
}

TEST_CASE("what is added to an adjoint below a sum finds it in full shape") {
  const Var<double> x = matrix();
  const xt::xarray<double> expected = 2.0 * x.value() * (1.0 + c);
  {
    Tape<double> tape;
    const Var<double> s = square(x);
    const Var<double> weighted = sum(s * Var<double>(c));
    CHECK(equals(tape.gradient(weighted + sum(s), {x})[0], expected));
  }
  {
    Tape<double> tape;
    const Var<double> s = square(x);
    const Var<double> total = sum(s);
    CHECK(equals(tape.gradient(total + sum(s * Var<double>(c)), {x})[0], expected));
  }
  Tape<double> tape;
  const Var<double> s = square(x);
  const Var<double> moved = sum(transpose(s) * transpose(Var<double>(c)));  // a rule adds its contribution as a whole
  CHECK(equals(tape.gradient(moved + sum(s), {x})[0], expected));
}

TEST_CASE("a rule below a sum is given a cotangent of full shape") {
  const Var<double> x = matrix();
  Tape<double> tape;
  CHECK(equals(tape.gradient(sum(transpose(x)), {x})[0], ones<double>({2, 3})));
  CHECK(equals(tape.gradient(sum(matmul(x, Var<double>(ones<double>({3, 4})))), {x})[0], full<double>({2, 3}, 4.0)));
}

TEST_CASE("a formula that holds a number is differentiated for that number") {
  const Var<double> x = matrix();
  Tape<double> tape;
  for (const double factor : {1.0, 3.0}) {
    const Var<double> y = map([factor](const auto& a) { return a * factor; }, x);
    CHECK(equals(tape.pullback(y, c, {x})[0], factor * c));
  }
}

TEST_CASE("a formula that reads a variable is differentiated for what that is now") {
  const auto scaled = [](const auto& a) { return a * read_factor; };
  const Var<double> x = matrix();
  for (const double now : {1.0, 3.0}) {
    read_factor = now;
    Tape<double> tape;
    CHECK(equals(tape.pullback(map(scaled, x), c, {x})[0], now * c));
    CHECK(equals(tape.gradient(sum({0, 1}, scaled, x), {x})[0], full<double>({2, 3}, now)));
  }
}

TEST_CASE("recorded gradients are the same numbers and can be differentiated again") {
  const Var<double> x = matrix();
  Tape<double> tape;
  const Var<double> y = mean(square(x - mean(x, {1}, keep_dims)) + x);
  const Var<double> gradient = tape.gradient(y, {x}, recorded)[0];
  const Array<double> plain = tape.gradient(y, {x})[0];
  for (std::size_t k = 0; k < plain.size(); ++k) {
    CHECK(gradient.value().data()[k] == doctest::Approx(plain.data()[k]).epsilon(1e-14));
  }
  // The Hessian of sum((x - mean)²) / 6 times v is (v - mean(v)) / 3 in every row; that of mean(x) is 0.
  const Array<double> product = tape.pullback(gradient, c, {x})[0];
  const Array<double> expected{{1.0 / 9.0, -8.0 / 9.0, 7.0 / 9.0}, {14.0 / 9.0, 20.0 / 9.0, -34.0 / 9.0}};
  for (std::size_t k = 0; k < 6; ++k) CHECK(product.data()[k] == doctest::Approx(expected.data()[k]).epsilon(1e-13));
}
