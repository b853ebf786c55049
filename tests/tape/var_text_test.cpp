#include <doctest/doctest.h>
#include <autograd/autograd.hpp>

#include <sstream>

using namespace wengert;

TEST_CASE("a variable prints its name, shape, kind and value, and its gradient once there is one") {
  const Var w = parameter(Array<double>{1.0, -0.5, 2.0}, "w");
  CHECK(fmt::format("{}", w) == "w (3,) parameter = [ 1.  -0.5  2. ]");
  CHECK(fmt::format("{}", Var<float>(2.0)) == "() constant = 2.0");
  Tape<double> tape;
  const Var loss = sum(square(w)).named("loss");
  CHECK(fmt::format("{}", loss) == "loss () on a tape = 5.25");
  tape.backward(loss);
  std::ostringstream stream;
  stream << w;
  CHECK(stream.str() == "w (3,) parameter = [ 1.  -0.5  2. ], gradient = [ 2. -1.  4.]");
}

TEST_CASE("values of more than a line stand below the name") {
  const Var w = parameter(Array<double>{{1.0, 2.0}, {3.0, 4.0}}, "W");
  CHECK(fmt::format("{}", w) == "W (2, 2) parameter =\n[[1. 2.]\n [3. 4.]]");
  w.add_grad(ones<double>({2, 2}));
  CHECK(fmt::format("{}", w) == "W (2, 2) parameter =\n[[1. 2.]\n [3. 4.]]\ngradient =\n[[1. 1.]\n [1. 1.]]");
}

TEST_CASE("a name stays in its line and moves no cursor") {
  const Var w = parameter(Array<double>{1.0}, "a\nb\x1b[2J");
  CHECK(fmt::format("{}", w) == "a\\x0ab\\x1b[2J (1,) parameter = [1.]");
  CHECK(w.named("σ²").name() == "σ²");
}

TEST_CASE("a symbol prints as its text") {
  const Symbol x("x");
  std::ostringstream stream;
  stream << x * x + 1.0;
  CHECK(stream.str() == "x² + 1");
  CHECK(fmt::format("{}", x) == "x");
}
