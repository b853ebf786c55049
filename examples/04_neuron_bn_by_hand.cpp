// Five students, two neurons, batch normalisation by hand: every line with its formula and its numbers, forward and
// backward. Then two slips that tutorials make in the formula: what they do, and what a gradient check says.
#include <autograd/autograd.hpp>

#include "support/command_line.hpp"
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

/// Students and what the network begins with. Every z and its mean is exact in binary: what cancels leaves 0 on every
/// machine.
struct Problem {
  Array<double> students;             // (5, 3): cgpa, iq, target
  Array<double> w_cgpa, gamma, beta;  // (2,), a number for each neuron
};

Problem our_own() {
  return {.students = {{8.0, 100.0, 1.0}, {7.5, 72.0, 0.0}, {9.0, 91.0, 1.0}, {7.0, 87.0, 0.0}, {6.0, 70.0, 0.0}},
          .w_cgpa = {1.0, -2.0},
          .gamma = {1.5, 0.5},
          .beta = {0.5, -0.25}};
}

/// The table of the document, and γ and β as Keras has them in the beginning. It gives no weights.
Problem documented() {
  return {.students = {{3.0, 120.0, 0.0}, {3.5, 125.0, 1.0}, {4.0, 130.0, 0.0}, {3.2, 127.0, 0.0}, {3.7, 132.0, 1.0}},
          .w_cgpa = {10.0, -2.5},
          .gamma = {1.0, 1.0},
          .beta = {0.0, 0.0}};
}

void print_table(const Array<double>& students) {
  fmt::print("The table (in the form that tutorials use; the numbers are our own)\n\n");
  fmt::print("  student   cgpa    iq  target\n");
  for (std::size_t i = 0; i < students.shape()[0]; ++i) {
    fmt::print("  {:>7}  {:>5.1f}  {:>4.0f}  {:>6.0f}\n", i + 1, students(i, 0), students(i, 1), students(i, 2));
  }
}

/// The table as the document prints its data frame.
void print_data_frame(const Array<double>& students) {
  fmt::print("The document's table, as it prints it\n\n   cgpa   iq  target\n");
  for (std::size_t i = 0; i < students.shape()[0]; ++i) {
    fmt::print("{}   {:.1f}  {:.0f}       {:.0f}\n", i, students(i, 0), students(i, 1), students(i, 2));
  }
  fmt::print(
      "\nThe document gives no weights; w_cgpa, w_iq, b and u are our own, and differ between the neurons, where its\n"
      "formulas call both w1 and w2. γ = 1 and β = 0, as in Keras in the beginning. One sentence of it normalises the\n"
      "outputs of the activations, its formulas z, before the activation: so it is done here.\n"
      "Each neuron has four numbers: γ and β are trained, μ and σ² are kept for the test: 8 numbers, 4 of them "
      "trained.\n");
}

/// The moving averages that Keras keeps for the test, after so many batches like this one.
void print_moving_averages(const Var<double>& z) {
  constexpr double momentum = 0.99;
  const Array<double> mu = mean(z, {0}).value(), sigma2 = variance(z, {0}).value();  // (2,)
  Array<double> moving_mean = zeros<double>({2}), moving_variance = ones<double>({2});
  fmt::print("\nDuring test: moving = 0.99 · moving + 0.01 · batch (Keras's momentum), from 0 and 1 on\n\n");
  fmt::print("  {:<9}{:>13}{:>13}{:>13}{:>13}{:>15}\n", "batches", "mean 1", "mean 2", "variance 1", "variance 2",
             "of the start");
  std::size_t seen = 0;
  for (const std::size_t batches : std::vector<std::size_t>{0, 1, 10, 100, 500}) {
    for (; seen < batches; ++seen) {
      moving_mean = momentum * moving_mean + (1.0 - momentum) * mu;
      moving_variance = momentum * moving_variance + (1.0 - momentum) * sigma2;
    }
    fmt::print("  {:<9}{:>13}{:>13}{:>13}{:>13}{:>14.1f}%\n", batches, number_text(moving_mean(0)),
               number_text(moving_mean(1)), number_text(moving_variance(0)), number_text(moving_variance(1)),
               100.0 * std::pow(momentum, static_cast<double>(batches)));
  }
  const auto normalised_as = [&](std::size_t neuron, const Array<double>& m, const Array<double>& v) {
    return number_text((z.value()(0, neuron) - m(neuron)) / std::sqrt(v(neuron) + epsilon.value));
  };
  fmt::print(
      "\n  z_norm of student 0: {} and {} with the statistics of the batch, as in training; {} and {} with the\n"
      "  moving averages, as at test time. 50 epochs of 4 batches, as for the irises, leave 13 % of the start.\n",
      normalised_as(0, mu, sigma2), normalised_as(1, mu, sigma2), normalised_as(0, moving_mean, moving_variance),
      normalised_as(1, moving_mean, moving_variance));
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
  CommandLine line("Two neurons with batch norm, line by line, forward and backward, and two slips in its formula.",
                   "neuron_bn_by_hand");
  bool as_documented = false, in_terminal = false;
  line.flag("--as-documented", as_documented, "the table of the document, γ = 1, β = 0, and the moving averages");
  line.flag("--step", in_terminal, "step through the tape, instead of printing it");
  if (const auto status = line.parse(argc, argv)) return *status;

  const auto& [students, w_cgpa_start, gamma_start, beta_start] = as_documented ? documented() : our_own();
  const Var<double> cgpa = gather(Var<double>(students), {0}, 1).named("cgpa");  // (5, 1)
  const Var<double> iq = gather(Var<double>(students), {1}, 1).named("iq");      // (5, 1)
  const Var<double> t = gather(Var<double>(students), {2}, 1).named("t");        // (5, 1), the target
  const Var<double> w_cgpa = parameter(w_cgpa_start, "w_cgpa");                  // (2,), one for each neuron
  const Var<double> w_iq = parameter(Array<double>{0.25, 0.25}, "w_iq");
  const Var<double> b = parameter(Array<double>{1.0, -2.0}, "b");
  const Var<double> gamma = parameter(gamma_start, "γ");
  const Var<double> beta = parameter(beta_start, "β");
  const Var<double> u = parameter(Array<double>{2.0, -1.0}, "u");
  if (!in_terminal) as_documented ? print_data_frame(students) : print_table(students);

  Tape<double> tape;
  const Var<double> z = map(weighted_sum, w_cgpa, cgpa, w_iq, iq, b).named("z");  // (5, 2): z1 and z2
  const Var<double> z_out = paper(z, gamma, beta);                                // (5, 2)
  const Var<double> a = sigmoid(z_out).named("a");                                // (5, 2)
  const Var<double> s = sum({1}, keep_dims, product, u, a).named("s");            // (5, 1)
  const Var<double> p = sigmoid(s).named("p");                                    // (5, 1)
  const Var<double> loss = mean({0, 1}, cross_entropy, t, p).named("loss");       // ()
  if (in_terminal) {
    step(tape, loss);
    return 0;
  }
  fmt::print(
      "\nForward: slot, name, shape, formula and numbers; z1 is the row of neuron 1 in z, z2 that of neuron 2\n\n{}",
      forward_text(tape));
  fmt::print(
      "\nBackward, derived from these lines (dx is dloss/dx; its numbers stand at the last line that adds to it)\n\n{}",
      backward_text(tape, loss, scalar(1.0)));
  fmt::print("\n  db is 0: what b adds to every row, μ_B takes away again.\n");

  const Array<double> dz_out = tape.gradient(loss, {z_out})[0];
  const std::vector<Var<double>> inputs{parameter(z.value(), "z"), gamma, beta};
  if (as_documented) print_moving_averages(Var<double>(z.value()));
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
