// A straight line through four points: how wrong is it, and which way is better?
#include <autograd/autograd.hpp>

using namespace wengert;

int main() {
  const Var<double> x(Array<double>{0.0, 1.0, 2.0, 3.0});
  const Var<double> target(Array<double>{1.0, 0.0, 2.0, 4.0});
  const Var<double> w = parameter(scalar(2.0), "w");
  const Var<double> b = parameter(scalar(-1.0), "b");

  Tape<double> tape;                                     // records what follows
  const Var<double> line = w * x + b;                    // (4,)
  const Var<double> loss = mean(square(line - target));  // ()
  tape.backward(loss);                                   // dloss/dp for every parameter p
  fmt::print("loss     = {}\n", loss.item());
  fmt::print("dloss/dw = {}\n", w.grad()());
  fmt::print("dloss/db = {}\n", b.grad()());
}
