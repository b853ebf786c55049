#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/base/not_finite.hpp>

#include <cmath>
#include <thread>

#include "../error_text.hpp"

using namespace wengert;

namespace {

template <class Action>
std::string anomaly(const Action& action) {
  try {
    action();
  } catch (const NotFinite& error) {
    return error.what();
  }
  return "(none)";
}

}  // namespace

TEST_CASE("anomaly mode names the first operation whose output is not finite, its operands and its slot") {
  const Var<double> p = parameter(Array<double>{1.0, 0.0, 2.0}, "p");
  Tape<double> tape;
  const auto loss = [&] {
    const Var<double> e = exp(p);
    return sum(e * log(p));
  };
  CHECK(std::isinf(loss().item()));
  const std::size_t before = tape.size();
  const DetectAnomaly guard;
  const std::string text = anomaly(loss);
  CHECK_MESSAGE(text.starts_with("[anomaly] 'log' in slot "), text);
  CHECK(contains(text, "gives -inf as element 1 of (3,); its operands: 'p' (3,), finite"));
  CHECK(tape.size() == before + 1);  // exp; log is not recorded
}

TEST_CASE("anomaly mode looks also where nothing is recorded, and says which operand was not finite before") {
  const DetectAnomaly guard;
  const Var<double> x = Var<double>(Array<double>{1.0, std::nan("")}).named("x"), y = Var<double>(2.0).named("y");
  const std::string text = anomaly([&] { return x * y; });
  CHECK(contains(text, ", not recorded, gives nan as element 1 of (2,); its operands: 'x' (2,), nan as element 1; "));
  CHECK(contains(text, "'y' (), finite"));
}

TEST_CASE("anomaly mode names the operation whose backward pass is the first to give what is not finite") {
  const Var<double> w = parameter(Array<double>{0.0, 0.0}, "w");
  Tape<double> tape;
  const Var<double> squares = sum(w * w).named("squares");
  const Var<double> loss = 0.01 * sqrt(squares);
  const DetectAnomaly guard;
  const std::string text = anomaly([&] { tape.backward(loss); });
  CHECK_MESSAGE(text.starts_with("[anomaly] the backward pass of 'sqrt' in slot "), text);
  CHECK(contains(text, "gives inf as element 0 of the gradient of its operand 'squares' (), finite"));
  CHECK_FALSE(w.has_grad());
}

TEST_CASE("an operation of a rule is named with whose rule it is") {
  const Var<double> x = parameter(Array<double>{0.0}, "x");
  Tape<double> tape;
  const Var<double> y = record("own", Array<double>{0.0}, wrt(x, [x](const Var<double>& g) { return g / x; }));
  const Var<double> loss = sum(y);
  const DetectAnomaly guard;
  CHECK(contains(anomaly([&] { tape.backward(loss); }), "(in the rule of 'own' for 'x' (1,))"));
}

TEST_CASE("anomaly mode ends with its scope, may be nested, and is of one thread") {
  const Var<double> zero(0.0);
  {
    const DetectAnomaly outer;
    { const DetectAnomaly inner; }
    CHECK(DetectAnomaly::active());
    CHECK_THROWS_AS(log(zero), NotFinite);
    bool elsewhere = true;
    std::thread([&] { elsewhere = DetectAnomaly::active(); }).join();
    CHECK_FALSE(elsewhere);
  }
  CHECK_FALSE(DetectAnomaly::active());
  CHECK(std::isinf(log(zero).item()));
}
