#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "../error_text.hpp"

// Which tape records what.

using namespace wengert;

TEST_CASE("nothing is recorded while a NoRecord is in scope") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> tape;
  const Var<double> y = x * x;
  const std::size_t size = tape.size();
  {
    const NoRecord pause;
    CHECK(NoRecord::active());
    CHECK(Tape<double>::recording() == nullptr);
    CHECK(Tape<double>::innermost() == &tape);
    {
      const NoRecord again;
      CHECK(!(x * y).requires_grad());
    }
    CHECK(NoRecord::active());
    CHECK(!(x * y).requires_grad());
    CHECK(tape.size() == size);
    CHECK(tape.gradient(y, {x})[0]() == 6.0);
    CHECK(contains(error_text([&] { tape.gradient(y, {x}, recorded); }),
                   "[gradient] a recorded gradient needs this tape to be recording"));
  }
  CHECK(!NoRecord::active());
  CHECK((x * y).requires_grad());
}

TEST_CASE("a plain gradient and backward record nothing, also when they throw") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> tape;
  const Var<double> y = exp(x) * x;
  const Var<double> bad = record("bad", scalar(1.0), wrt(x, [](const Var<double>&) {
                                   return Var<double>(ones<double>({2, 2}));
                                 }));
  const std::size_t size = tape.size();
  tape.gradient(y, {x});
  tape.backward(y);
  const Var<double> three_by_two = Var<double>(ones<double>({3, 2}));
  CHECK_NOTHROW(tape.gradient(bad, {x}));
  CHECK(tape.size() == size);
  CHECK(!NoRecord::active());
}

TEST_CASE("an exception in a rule leaves the tape recording") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> tape;
  const Var<double> y =
      record("bad", scalar(1.0), wrt(x, [](const Var<double>&) -> Var<double> { throw Error("no"); }));
  CHECK_THROWS_AS(tape.backward(y), Error);
  CHECK(!NoRecord::active());
  CHECK(Tape<double>::recording() == &tape);
  CHECK(!x.has_grad());
}

TEST_CASE("stop_gradient lets the value through and no gradient") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> tape;
  const Var<double> constant = stop_gradient(x);
  CHECK(constant.item() == 3.0);
  CHECK(constant.name() == "stop(x)");
  CHECK(!constant.requires_grad());
  CHECK(tape.gradient(x * stop_gradient(x), {x})[0]() == 3.0);
}

TEST_CASE("an inner tape records instead of the outer one, which continues after it") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> outer;
  const Var<double> y = x * x;
  {
    Tape<double> inner;
    CHECK(Tape<double>::recording() == &inner);
    const Var<double> z = x * x * x;
    CHECK(inner.gradient(z, {x})[0]() == 27.0);
    CHECK(!outer.has(z));
    CHECK(contains(error_text([&] { outer.gradient(z, {x}); }), "was not recorded by this tape"));
    CHECK(contains(error_text([&] { outer.gradient(y, {x}, recorded); }), "paused or hidden by an inner tape"));
    CHECK(outer.gradient(y, {x})[0]() == 6.0);
  }
  CHECK(Tape<double>::recording() == &outer);
  CHECK(outer.size() == 2);
  const Var<double> w = y * x;  // the parameter was on the inner tape since
  CHECK(outer.size() == 3);
  CHECK(outer.gradient(w, {x})[0]() == 27.0);
}

TEST_CASE("a parameter that an inner tape met first is a leaf of the outer one too") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> outer;
  {
    Tape<double> inner;
    inner.backward(x * x);
  }
  outer.backward(x * x * x);
  CHECK(x.grad()() == 6.0 + 27.0);
}

TEST_CASE("what the outer tape recorded is a leaf of the inner one") {
  const auto x = parameter(scalar(3.0), "x");
  Tape<double> outer;
  const Var<double> y = (x * x).named("y");
  double inner_slope = 0;
  {
    Tape<double> inner;
    const Var<double> z = y * y;
    inner_slope = inner.gradient(z, {y})[0]();
    CHECK(contains(error_text([&] { inner.gradient(z, {x}); }), "[gradient] 'x' () was not recorded by this tape"));
    CHECK(contains(error_text([&] { inner.backward(z); }), "depends on 'y' (), which an outer tape has recorded"));
    CHECK(!x.has_grad());
    CHECK(!y.has_grad());
  }
  CHECK(inner_slope == 18.0);
  CHECK(outer.gradient(y * inner_slope, {x})[0]() == 108.0);
  CHECK(outer.size() == 3);
}

TEST_CASE("a Hessian-vector product can be taken inside of another tape") {
  const auto x = parameter(scalar(2.0), "x");
  Tape<double> outer;
  const Var<double> y = x * x;
  double curvature = 0;
  {
    Tape<double> inner;
    const Var<double> slope = inner.gradient(x * x * x, {x}, recorded)[0];
    curvature = inner.gradient(slope * 1.0, {x})[0]();
  }
  CHECK(curvature == 12.0);
  CHECK(outer.gradient(y, {x})[0]() == 4.0);
}

TEST_CASE("tapes of float and of double do not hide each other") {
  const auto x = parameter(scalar(3.0), "x");
  const auto z = parameter(scalar(3.0f), "z");
  Tape<double> tape;
  Tape<float> other;
  CHECK(tape.gradient(x * x, {x})[0]() == 6.0);
  CHECK(other.gradient(z * z, {z})[0]() == 6.0f);
}
