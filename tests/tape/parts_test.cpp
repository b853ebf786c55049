#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

using namespace wengert;

// What reads a part of an array adds its contribution to that part of the adjoint in place.

namespace {

const Array<double> start{{2.0, 3.0, 5.0}, {7.0, 11.0, 13.0}};

bool equals(const Array<double>& a, const xt::xarray<double>& b) { return a.shape() == b.shape() && a == b; }

}  // namespace

TEST_CASE("parts that overlap and a use of the whole add up, in whatever order they are recorded") {
  const auto x = parameter(start, "x");
  const auto part = [&] { return sum(slice(x, 1, 0, 2) * 10.0); };
  const auto rows = [&] { return sum(gather(x, {1, 1}, 0) * 100.0); };
  const auto whole = [&] { return sum(x * x); };
  const xt::xarray<double> expected = 2.0 * start + xt::xarray<double>{{10.0, 10.0, 0.0}, {210.0, 210.0, 200.0}};
  Tape<double> tape;
  CHECK(equals(tape.gradient(part() + rows() + whole(), {x})[0], expected));
  CHECK(equals(tape.gradient(whole() + part() + rows(), {x})[0], expected));
  CHECK(equals(tape.gradient(rows() + whole() + part(), {x})[0], expected));
  CHECK(equals(tape.gradient(rows() + whole() + part(), {x}, recorded)[0].value(), expected));
}

TEST_CASE("a part is not added to a cotangent that was handed on") {
  const auto x = parameter(start, "x"), b = parameter(zeros<double>({2, 3}), "b");
  Tape<double> tape;
  const Var<double> z = x + b;
  const Var<double> y = z + pad(slice(z, 1, 1, 2), 1, 1, 1);
  const auto gradients = tape.pullback(y, ones<double>({2, 3}), {x, b, y});
  CHECK(equals(gradients[0], {{1.0, 2.0, 1.0}, {1.0, 2.0, 1.0}}));
  CHECK(equals(gradients[1], gradients[0]));
  CHECK(equals(gradients[2], ones<double>({2, 3})));
}

TEST_CASE("below a mean a part finds an adjoint of full shape") {
  const auto x = parameter(start, "x");
  Tape<double> tape;
  const Var<double> s = square(x);
  const Var<double> first = sum(slice(s, 0, 0, 1));
  const xt::xarray<double> expected = 2.0 * start * xt::xarray<double>{{2.0, 2.0, 2.0}, {1.0, 1.0, 1.0}};
  CHECK(equals(tape.gradient(first + sum(s), {x})[0], expected));
}
