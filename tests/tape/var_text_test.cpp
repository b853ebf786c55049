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

TEST_CASE("bytes of a name that are no UTF-8 are spelt out, and characters of every width stay") {
  const Var w = parameter(Array<double>{1.0});
  for (const char* name : {"x̂", "日本", "😀", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"}) CHECK(w.named(name).name() == name);
  CHECK(w.named("\xDF\xF6").name() == "\\xdf\\xf6");           // Latin-1
  CHECK(w.named("\xE2\x82").name() == "\\xe2\\x82");           // cut short
  CHECK(w.named("\xC0\xAF").name() == "\\xc0\\xaf");           // a slash in two bytes
  CHECK(w.named("\xED\xA0\x80").name() == "\\xed\\xa0\\x80");  // half a pair of UTF-16
  CHECK(w.named("\xE2\xCF\x83").name() == "\\xe2σ");
}

TEST_CASE("a symbol prints as its text") {
  const Symbol x("x");
  std::ostringstream stream;
  stream << x * x + 1.0;
  CHECK(stream.str() == "x² + 1");
  CHECK(fmt::format("{}", x) == "x");
}
