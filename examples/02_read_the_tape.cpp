// One neuron with weight decay: what the tape records, and the backward pass that follows from it.
#include <autograd/autograd.hpp>
#include <autograd/explain/print_tape.hpp>
#include <autograd/explain/program.hpp>

using namespace wengert;

int main() {
  const Var w = parameter(scalar(0.5), "w");
  const Var b = parameter(scalar(0.25), "b");
  const Var x = Var<double>(2.0).named("x");
  const Var target = Var<double>(1.0).named("t");
  const Constant decay{"λ", 0.1};

  Tape<double> tape;
  const Var z = (w * x + b).named("z");
  const Var a = tanh(z).named("a");
  const Var error = square(a - target).named("error");
  const Var penalty = (decay * square(w)).named("penalty");
  const Var loss = (error + penalty).named("loss");

  fmt::print("The tape:\n{}\n", print(tape));
  fmt::print("The backward pass, as it runs:\n{}\n", adjoint_program(tape, loss).text());

  const std::vector<Array<double>> first = tape.gradient(loss, {w, b, z});
  fmt::print("dloss/dw = {:.4f}\n", first[0]());
  fmt::print("dloss/db = {:.4f}\n", first[1]());
  fmt::print("dloss/dz = {:.4f}   (an intermediate)\n\n", first[2]());

  const Var slope = tape.gradient(loss, {w}, recorded)[0];  // on the tape like any other variable
  const Array<double> curvature = tape.gradient(slope, {w})[0];
  fmt::print("d²loss/dw² = {:.4f}\n", curvature());
}
