// Batch norm between two products, to stop in with a debugger: docs/tutorials/09_in_the_debugger.md.
#include <autograd/autograd.hpp>

using namespace wengert;

int main() {
  const Var x = parameter(Array<double>{{1, 0}, {0, 2}, {3, 1}, {2, 5}}, "x");  // (N, D)
  const Var w = parameter(Array<double>{{1, -1}, {0.5, 2}}, "w");               // (D, K)
  const Var gamma = parameter(Array<double>{2, 1}, "γ");                        // (K)
  const Var beta = parameter(Array<double>{0.5, 0}, "β");                       // (K)
  Tape<double> tape;
  const Var h = matmul(x * Var<double>(0.5), w).named("h");  // (N, K)
  const Var mu = mean(h, {0}, keep_dims).named("μ");         // (1, K)
  const auto squared_distance = [](auto a, auto m) { return square(a - m); };
  const Var variance = mean({0}, keep_dims, squared_distance, h, mu).named("σ²");  // (1, K)
  const auto normalise = [](auto a, auto m, auto s, auto g, auto b) {
    return g * ((a - m) * rsqrt(s + 0.75)) + b;  // stop in the formula
  };
  const Var y = map(normalise, h, mu, variance, gamma, beta).named("y");  // (N, K)
  const Var loss = mean(y * y * y).named("loss");                         // ()
  tape.backward(loss);
  fmt::print("{}\n", w);
  fmt::print("{}", adjoint_program(tape, loss, {mu}).text());
  fmt::print("{}\n", tape.gradient(loss, {h}, recorded).front());
}
