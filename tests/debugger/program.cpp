// What tests/debugger/check.cmake steps through.
#include <autograd/autograd.hpp>

using namespace wengert;

int main() {
  const Var x = parameter(full<double>({1, 2}, 1.5), "x");
  const Var w = parameter(full<double>({2, 1}, 3.5), "w");
  Tape<double> tape;
  const Var scaled = x * Var<double>(0.25);
  const auto formula = [](auto a) {
    return a * tanh(a);  // stop in the formula
  };
  const Var y = map(formula, scaled).named("y");
  const Var loss = matmul(y, w).named("loss");
  tape.backward(sum(loss));
  fmt::print("{}\n", x);
}
