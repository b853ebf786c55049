// Batch normalisation from its formula: written once, differentiated, printed, and checked in two ways.
#include <autograd/autograd.hpp>
#include <autograd/check/compare.hpp>
#include <autograd/check/gradcheck.hpp>
#include <autograd/explain/program.hpp>

#include "../tests/hand_derived/batch_norm.hpp"

using namespace wengert;

namespace {

using Normalised = BatchNormalised<double>;
constexpr Constant epsilon{"ε", 0.01};

Normalised by_operators(const Var<double>& x, const Var<double>& gamma, const Var<double>& beta) {
  const Var mu = mean(x, {0}, keep_dims).named("μ");                       // (1, C)
  const Var centred = (x - mu).named("centred");                           // (N, C)
  const Var variance = mean(square(centred), {0}, keep_dims).named("σ²");  // (1, C)
  const Var x_hat = (centred * rsqrt(variance + epsilon)).named("x̂");      // (N, C)
  return {gamma * x_hat + beta, mu, variance};
}

const auto squared_distance = [](auto x, auto mu) { return square(x - mu); };
const auto inside_root = [](auto x, auto mu, auto variance, auto gamma, auto beta) {
  return gamma * ((x - mu) * rsqrt(variance + epsilon)) + beta;
};
const auto outside_root = [](auto x, auto mu, auto variance, auto gamma, auto beta) {
  return gamma * ((x - mu) / (sqrt(variance) + epsilon)) + beta;  // the one line that differs
};

Normalised by_formula(const auto& f, const Var<double>& x, const Var<double>& gamma, const Var<double>& beta) {
  const Var mu = mean(x, {0}, keep_dims).named("μ");                               // (1, C)
  const Var variance = mean({0}, keep_dims, squared_distance, x, mu).named("σ²");  // (1, C)
  return {map(f, x, mu, variance, gamma, beta).named("y"), mu, variance};
}

void print_gradient(const char* title, const auto& f, const std::vector<Var<double>>& inputs) {
  Tape<double> tape;
  const Var y = by_formula(f, inputs[0], inputs[1], inputs[2]).y;
  fmt::print("{}:\n{}", title, adjoint_program(tape, y).text());
  const auto function = [&f](auto x, auto gamma, auto beta) { return by_formula(f, x, gamma, beta).y; };
  fmt::print("finite differences to order two: {}\n\n", to_string(gradcheck(function, inputs, {.order = 2}).verdict));
}

void print_agreement(const char* name, const hand_derived::Values& by_hand, const Array<double>& by_tape) {
  Array<double> hand = empty<double>(by_tape.shape());
  std::copy(by_hand.begin(), by_hand.end(), hand.data());
  const Comparison row = compare(name, hand, by_tape, {.relative = 1e-12, .absolute = 1e-12});
  fmt::print("  {:<3}  {}\n", row.name, row.approximate ? "agrees" : "differs");
}

}  // namespace

int main() {
  Generator generator(1);
  const Var x = parameter(generator.normal<double>({8, 3}, 2.0, 3.0), "x");
  const Var gamma = parameter(Array<double>{1.0, 0.5, 2.0}, "γ");
  const Var beta = parameter(Array<double>{0.0, 1.0, -1.0}, "β");
  print_gradient("With ε inside the root", inside_root, {x, gamma, beta});
  print_gradient("With ε outside the root", outside_root, {x, gamma, beta});

  Tape<double> tape;
  const Normalised plain = by_operators(x, gamma, beta);
  const std::size_t entries = tape.size();
  const Normalised fused = by_formula(inside_root, x, gamma, beta);
  fmt::print("{} entries by operators, {} fused; ", entries - 3, tape.size() - entries);  // but for the parameters
  fmt::print("y is the same to the last bit: {}\n\n", compare("y", plain.y.value(), fused.y.value()).exact);

  const Array<double> g = generator.normal<double>({8, 3});  // dℓ/dy, as the rest of a network would send it
  const auto forward = hand_derived::batch_norm_forward(x.value(), gamma.value(), beta.value(), {0}, epsilon.value);
  const auto by_hand = hand_derived::ioffe_szegedy_backward(forward, g);
  const auto by_tape = tape.pullback(fused.y, g, {fused.variance, fused.mean, x, gamma, beta});
  fmt::print("The tape and the equations of Ioffe and Szegedy (2015):\n");
  print_agreement("dσ²", by_hand.d_variance, by_tape[0]);
  print_agreement("dμ", by_hand.d_mean, by_tape[1]);
  print_agreement("dx", by_hand.d_x, by_tape[2]);
  print_agreement("dγ", by_hand.d_gamma, by_tape[3]);
  print_agreement("dβ", by_hand.d_beta, by_tape[4]);

  // The same as a picture, with the adjoints and the ways that they come.
  Tape<double> alone;
  const Var y = by_formula(inside_root, x, gamma, beta).y;
  save_graph(replay(alone, y, g), "out/03_graph.dot", {.adjoints = true});
}
