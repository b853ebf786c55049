#include <doctest/doctest.h>

#include <autograd/autograd.hpp>
#include <autograd/tape/backward_pass.hpp>

#include "../error_text.hpp"

using namespace wengert;

namespace {

struct Line {
  Var<double> x = parameter(scalar(2.0), "x");
  Var<double> w = parameter(scalar(3.0), "w");
  Tape<double> tape;
  Var<double> u = (x * w).named("u");
  Var<double> unused = exp(x);
  Var<double> y = (u + x).named("y");

  std::size_t slot(const Var<double>& v) const { return tape.slot_of("test", v); }
};

}  // namespace

TEST_CASE("a backward pass goes from entry to entry, and through none that is not on the way") {
  const Line line;
  BackwardPass<double> pass(line.tape, line.slot(line.y), Var<double>(1.0), {line.slot(line.x), line.slot(line.w)});
  CHECK(pass.adjoint(line.slot(line.u)) == nullptr);
  REQUIRE(pass.step());
  CHECK(pass.slot() == line.slot(line.y));
  CHECK(pass.adjoint(line.slot(line.u))->item() == 1.0);
  CHECK(pass.adjoint(line.slot(line.x))->item() == 1.0);
  CHECK(pass.adjoint(line.slot(line.w)) == nullptr);
  REQUIRE(pass.step());
  CHECK(pass.slot() == line.slot(line.u));
  CHECK(pass.adjoint(line.slot(line.u)) == nullptr);  // it was needed on the way alone
  CHECK(pass.adjoint(line.slot(line.x))->item() == 4.0);
  CHECK(pass.adjoint(line.slot(line.w))->item() == 2.0);
  CHECK(!pass.step());
  CHECK(pass.adjoint(line.slot(line.unused)) == nullptr);
}

TEST_CASE("a pass that is watched keeps and names every adjoint") {
  const Line line;
  BackwardPass<double> pass(line.tape, line.slot(line.y), Var<double>(1.0), {line.slot(line.w)}, {.watched = true});
  while (pass.step()) {
  }
  CHECK(pass.adjoint(line.slot(line.u))->name() == "du");
  CHECK(pass.adjoint(line.slot(line.u))->item() == 1.0);
  CHECK(pass.adjoint(line.slot(line.w))->name() == "dw");
  CHECK(pass.adjoint(line.slot(line.x)) == nullptr);
}

TEST_CASE("the adjoint of what is called a sum is called d(a + b)") {
  const auto x = parameter(scalar(1.0), "a + b"), y = parameter(scalar(2.0), "f(a + b)");
  Tape<double> tape;
  const Var<double> z = x * y;
  BackwardPass<double> pass(tape, 2, Var<double>(1.0), {0, 1}, {.watched = true});
  while (pass.step()) {
  }
  CHECK(pass.adjoint(tape.slot_of("test", x))->name() == "d(a + b)");
  CHECK(pass.adjoint(tape.slot_of("test", y))->name() == "df(a + b)");
}

TEST_CASE("the gradient of a parameter that was not used is zero, recorded or not") {
  const auto x = parameter(Array<double>{1.0, 2.0}, "x"), w = parameter(ones<double>({2, 3}), "w");
  Tape<double> tape;
  const Var<double> y = sum(x * x);
  CHECK(tape.gradient(y, {w, x})[0] == zeros<double>({2, 3}));
  CHECK(tape.gradient(y, {x, w}, recorded)[1].value() == zeros<double>({2, 3}));
  CHECK(tape.pullback(x * x, ones<double>({2}), {w})[0] == zeros<double>({2, 3}));
  CHECK(tape.pullback(x * x, ones<double>({2}), {w}, recorded)[0].value() == zeros<double>({2, 3}));
  CHECK(!tape.has(w));
}

TEST_CASE("a constant has no gradient, and the message says what it is") {
  const auto x = parameter(Array<double>{1.0, 2.0}, "x");
  const Var<double> c = Var<double>(ones<double>({2})).named("c");
  Tape<double> tape;
  const Var<double> y = sum(x * c);
  CHECK(contains(error_text([&] {
                   tape.gradient(y, {x, c});
                 }),
                 "[gradient] 'c' (2,) was not recorded by this tape: it is a constant"));
  CHECK(contains(error_text([&] { tape.pullback(y, 1.0, {c}, recorded); }),
                 "[pullback] 'c' (2,) was not recorded by this tape: it is a constant"));
}

TEST_CASE("a backward pass refuses a cotangent of another shape, whether or not it broadcasts") {
  const auto x = parameter(Array<double>{1.0, 2.0, 3.0}, "x");
  Tape<double> tape;
  const Var<double> y = square(x).named("y");
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{5}, Shape{2, 3}}) {
    const auto start = [&] { BackwardPass<double>(tape, 1, Var<double>(ones<double>(shape)), {0}); };
    CHECK(error_text(start) == fmt::format("[backward] the cotangent has shape {}; expected that of 'y' (3,)", shape));
  }
}

TEST_CASE("a tape inside another refuses the backward pass of what the outer one has recorded") {
  const auto p = parameter(scalar(3.0), "p");
  Tape<double> outer;
  const Var<double> z = (p * p).named("z");
  Tape<double> inner;
  const Var<double> w = (z * z + p).named("w");
  for (const Var<double>& loss : {z, w}) {
    const std::string text = error_text([&] { inner.backward(loss); });
    CHECK(contains(text, "depends on 'z' (), which an outer tape has recorded"));
    CHECK(!p.has_grad());
  }
  CHECK(inner.gradient(w, {z})[0]() == 18.0);
  CHECK(contains(error_text([&] { outer.gradient(z, {w}); }),
                 "'w' () was not recorded by this tape: it is on another one"));
  CHECK(outer.gradient(z, {p})[0]() == 6.0);
}
