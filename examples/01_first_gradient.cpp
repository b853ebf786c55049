// A straight line through four points: how wrong is it, and which way is better?
#include <autograd/autograd.hpp>

using namespace wengert;

int main() {
  const Var x(Array<double>{0.0, 1.0, 2.0, 3.0});
  const Var target(Array<double>{1.0, 0.0, 2.0, 4.0});
  const Var w = parameter(scalar(2.0), "w");
  const Var b = parameter(scalar(-1.0), "b");

  Tape<double> tape;                             // records what follows
  const Var line = w * x + b;                    // (4,)
  const Var loss = mean(square(line - target));  // ()
  tape.backward(loss);                           // dloss/dp for every parameter p
  fmt::print("loss     = {}\n", loss.item());
  fmt::print("dloss/dw = {}\n", w.grad()());
  fmt::print("dloss/db = {}\n", b.grad()());
}
