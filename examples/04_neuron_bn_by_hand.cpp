// Five students, two neurons, batch normalisation by hand: every line with its formula and its numbers, forward and
// backward. Then two slips that tutorials make in the formula: what they do, and what a gradient check says.
#include <autograd/autograd.hpp>

#include "support/options.hpp"
#include "support/tape_with_numbers.hpp"

using namespace wengert;
using namespace examples;

namespace {

constexpr Constant epsilon{"ε", 1e-3};

const auto weighted_sum = [](auto w_cgpa, auto cgpa, auto w_iq, auto iq, auto b) {
  return w_cgpa * cgpa + w_iq * iq + b;
};
const auto squared_deviation = [](auto z, auto mu) { return square(z - mu); };
const auto epsilon_inside = [](auto z, auto mu, auto variance) { return (z - mu) / sqrt(variance + epsilon); };
const auto scale_and_shift = [](auto gamma, auto z_norm, auto beta) { return gamma * z_norm + beta; };
const auto product = [](auto u, auto a) { return u * a; };
const auto cross_entropy = [](auto t, auto p) { return -(t * log(p) + (1.0 - t) * log(1.0 - p)); };

// The slips.
const auto deviation = [](auto z, auto mu) { return z - mu; };
const auto epsilon_outside = [](auto z, auto mu, auto variance) { return (z - mu) / (sqrt(variance) + epsilon); };

Var<double> normalised(const auto& spread, const auto& normalise, const Var<double>& z, const Var<double>& gamma,
                       const Var<double>& beta) {
  const Var<double> mu = mean(z, {0}, keep_dims).named("μ_B");                     // (1, 2)
  const Var<double> variance = mean({0}, keep_dims, spread, z, mu).named("σ²_B");  // (1, 2)
  const Var<double> z_norm = map(normalise, z, mu, variance).named("z_norm");      // (5, 2)
  return map(scale_and_shift, gamma, z_norm, beta).named("z_out");                 // (5, 2)
}

using BatchNorm = Var<double> (*)(const Var<double>& z, const Var<double>& gamma, const Var<double>& beta);

Var<double> paper(const Var<double>& z, const Var<double>& gamma, const Var<double>& beta) {
  return normalised(squared_deviation, epsilon_inside, z, gamma, beta);
}
Var<double> no_square(const Var<double>& z, const Var<double>& gamma, const Var<double>& beta) {
  return normalised(deviation, epsilon_inside, z, gamma, beta);
}
Var<double> outside(const Var<double>& z, const Var<double>& gamma, const Var<double>& beta) {
  return normalised(squared_deviation, epsilon_outside, z, gamma, beta);
}
Var<double> no_square_outside(const Var<double>& z, const Var<double>& gamma, const Var<double>& beta) {
  return normalised(deviation, epsilon_outside, z, gamma, beta);
}

void print_table(const Array<double>& students) {
  fmt::print("The table (in the form that tutorials use; the numbers are our own)\n\n");
  fmt::print("  student   cgpa    iq  target\n");
  for (std::size_t i = 0; i < students.shape()[0]; ++i) {
    fmt::print("  {:>7}  {:>5.1f}  {:>4.0f}  {:>6.0f}\n", i + 1, students(i, 0), students(i, 1), students(i, 2));
  }
}

struct Result {
  Array<double> z_norm, z_out, dz;
  Verdict verdict;
};

/// Runs a batch norm on {z, γ, β}, prints its lines about the given names, and checks its gradient.
Result run(BatchNorm f, const std::vector<Var<double>>& inputs, const Array<double>& dz_out, const Names& forward,
           const Names& backward) {
  Tape<double> tape;
  const Var<double> z_out = f(inputs[0], inputs[1], inputs[2]);
  fmt::print("{}{}", forward_text(tape, forward), backward_text(tape, z_out, dz_out, backward));
  const Array<double> dz = tape.pullback(z_out, dz_out, {inputs[0]})[0];
  return {variable(tape, "z_norm").value(), z_out.value(), dz, gradcheck(f, inputs).verdict};
}

const char* agreement(const Array<double>& by_hand, const Var<double>& library) {
  const Comparison row = compare("z_out", by_hand, library.value(), {.relative = 1e-12, .absolute = 1e-12});
  return row.approximate ? "agrees" : "differs";
}

void print_row(const char* title, const Result& result) {
  const Array<double> spread = variance(Var<double>(result.z_norm), {0}).value();  // (2,)
  fmt::print("  {:<28}{:>12}{:>12}  {}\n", title, number_text(spread(0)), number_text(spread(1)),
             to_string(result.verdict));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Two neurons with batch norm, line by line, forward and backward, and two slips in its formula.",
               "neuron_bn_by_hand");
  if (const auto status = parse(app, argc, argv)) return *status;

  // Every z and its mean is exact in binary: what cancels leaves 0 on every machine.
  const Array<double> students{
      {8.0, 100.0, 1.0}, {7.5, 72.0, 0.0}, {9.0, 91.0, 1.0}, {7.0, 87.0, 0.0}, {6.0, 70.0, 0.0}};
  const Var<double> cgpa = gather(Var<double>(students), {0}, 1).named("cgpa");  // (5, 1)
  const Var<double> iq = gather(Var<double>(students), {1}, 1).named("iq");      // (5, 1)
  const Var<double> t = gather(Var<double>(students), {2}, 1).named("t");        // (5, 1), the target
  const Var<double> w_cgpa = parameter(Array<double>{1.0, -2.0}, "w_cgpa");      // (2,), one for each neuron
  const Var<double> w_iq = parameter(Array<double>{0.25, 0.25}, "w_iq");
  const Var<double> b = parameter(Array<double>{1.0, -2.0}, "b");
  const Var<double> gamma = parameter(Array<double>{1.5, 0.5}, "γ");
  const Var<double> beta = parameter(Array<double>{0.5, -0.25}, "β");
  const Var<double> u = parameter(Array<double>{2.0, -1.0}, "u");
  print_table(students);

  Tape<double> tape;
  const Var<double> z = map(weighted_sum, w_cgpa, cgpa, w_iq, iq, b).named("z");  // (5, 2): z1 and z2
  const Var<double> z_out = paper(z, gamma, beta);                                // (5, 2)
  const Var<double> a = sigmoid(z_out).named("a");                                // (5, 2)
  const Var<double> s = sum({1}, keep_dims, product, u, a).named("s");            // (5, 1)
  const Var<double> p = sigmoid(s).named("p");                                    // (5, 1)
  const Var<double> loss = mean({0, 1}, cross_entropy, t, p).named("loss");       // ()
  fmt::print(
      "\nForward: slot, name, shape, formula and numbers; z1 is the row of neuron 1 in z, z2 that of neuron 2\n\n{}",
      forward_text(tape));
  fmt::print(
      "\nBackward, derived from these lines (dx is dloss/dx; its numbers stand at the last line that adds to it)\n\n{}",
      backward_text(tape, loss, scalar(1.0)));
  fmt::print("\n  db is 0: what b adds to every row, μ_B takes away again.\n");

  const Array<double> dz_out = tape.gradient(loss, {z_out})[0];
  const std::vector<Var<double>> inputs{parameter(z.value(), "z"), gamma, beta};
  fmt::print("\nSlip 1: the square in σ²_B is missing\n\n");
  const Result missing = run(no_square, inputs, dz_out, {"σ²_B", "z_norm"}, {"σ²_B", "μ_B", "z"});
  fmt::print("\n  Deviations from a mean cancel: σ²_B is 0 for every z, and z - μ_B is divided by sqrt(ε) alone.\n");
  fmt::print("\nSlips 1 and 2 together: σ_B = sqrt(mean(z - μ_B)), z_norm = (z - μ_B) / (σ_B + ε)\n\n");
  const Result both = run(no_square_outside, inputs, dz_out, {"σ²_B", "z_norm"}, {"σ²_B", "μ_B", "z"});
  fmt::print("\n  The slope of sqrt at 0 is infinite. dσ²_B adds +∞ and -∞: not a number, and so is all of dz.\n");
  fmt::print("\nSlip 2: ε outside the root; first as in the paper (Ioffe and Szegedy 2015), then with the slip\n\n");
  const Result right = run(paper, inputs, dz_out, {"z_norm"}, {"σ²_B"});
  const Result moved = run(outside, inputs, dz_out, {"z_norm"}, {"σ²_B"});
  fmt::print("\n  The largest difference is {:.4f} in z_norm and {:.0e} in dz; ε is {}.\n",
             compare("z_norm", right.z_norm, moved.z_norm).max_difference,
             compare("dz", right.dz, moved.dz).max_difference, epsilon.value);
  fmt::print("  Against the library's batch_norm: the first one {}.\n",
             agreement(right.z_out, batch_norm(inputs[0], gamma, beta, {0}, epsilon.value).y));

  fmt::print("\nThe variance of z_norm in each neuron, and what finite differences say of dz, dγ and dβ\n\n");
  fmt::print("  {:<28}{:>12}{:>12}  {}\n", "", "neuron 1", "neuron 2", "gradcheck");
  print_row("the paper", right);
  print_row("slip 1: no square", missing);
  print_row("slip 2: ε outside the root", moved);
  print_row("slips 1 and 2", both);
  fmt::print("\n  A pass says that the gradient is that of the formula, not that the formula is the right one.\n");
  fmt::print("  Slip 1 passes; the variance, which should be 1, gives it away. A gradient of NaN fails.\n");
}
