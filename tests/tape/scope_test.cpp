#include <autograd/tape/scope.hpp>

#include <doctest/doctest.h>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>

using namespace wengert;

TEST_CASE("what is recorded in a scope belongs to it, and a scope in another has both names") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "x");
  Tape<double> tape;
  const Var<double> before = x * x;
  const auto [inner, outer, again] = [&] {
    const Scope encoder("encoder");
    const Var<double> a = before * x;
    const Var<double> b = [&] {
      const Scope first("first");
      return a * x;
    }();
    return std::tuple(b, a, b + a);
  }();
  const Var<double> after = sum(again);
  const auto scope_of = [&](const Var<double>& v) { return tape.scope_of(tape.slot_of("test", v)); };
  CHECK(scope_of(before).empty());
  CHECK(scope_of(outer) == "encoder");
  CHECK(scope_of(inner) == "encoder/first");
  CHECK(scope_of(again) == "encoder");
  CHECK(scope_of(after).empty());
}

TEST_CASE("the name of a scope stays in its line, and is UTF-8") {
  const Scope outer("a\nb\x1b[2J"), inner("σ²\xff");
  CHECK(inner.path() == "a\\x0ab\\x1b[2J/σ²\\xff");
}

TEST_CASE("a scope ends where an exception leaves it") {
  const auto leave = [] {
    const Scope scope("lost");
    throw std::runtime_error("on the way");
  };
  CHECK_THROWS(leave());
  CHECK(Scope::innermost() == nullptr);
}

TEST_CASE("scopes may end in any order") {
  auto first = std::make_unique<Scope>("first");
  auto second = std::make_unique<Scope>("second");
  first.reset();
  CHECK(Scope::innermost() == second.get());
  CHECK(second->path() == "first/second");
  second.reset();
  CHECK(Scope::innermost() == nullptr);
}

TEST_CASE("two tapes have the scopes in which they record") {
  const Var<double> x = parameter(Array<double>{1.0}, "x");
  const Scope scope("shared");
  for (int k = 0; k < 2; ++k) {
    Tape<double> tape;
    const Var<double> y = x * x;
    CHECK(tape.scope_of(tape.slot_of("test", y)) == "shared");
  }
}

TEST_CASE("a variable knows the line where it got its name") {
  const Var<double> x = parameter(Array<double>{1.0}, "x");
  const unsigned line_of_x = __LINE__ - 1;
  const Var<double> y(Array<double>{1.0});
  CHECK(x.line().number == line_of_x);
  CHECK(y.line().file == nullptr);
  y.named("y");
  CHECK(y.line().number == __LINE__ - 1);
  CHECK(stop_gradient(x).line().number == line_of_x);
}
