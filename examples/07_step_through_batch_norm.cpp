// Batch norm from plain operators, to be stepped through: writes a page for the browser, or steps in the terminal.
#include <autograd/autograd.hpp>

#include "support/command_line.hpp"

using namespace wengert;

namespace {

constexpr Constant epsilon{"ε", 0.01};

/// Every intermediate has a name, so that the record reads as the textbook does.
Var<double> batch_norm_by_operators(const Var<double>& x, const Var<double>& gamma, const Var<double>& beta) {
  const Var mu = mean(x, {0}, keep_dims).named("μ");               // (1, C)
  const Var centred = (x - mu).named("x_c");                       // (N, C)
  const Var squares = square(centred).named("q");                  // (N, C)
  const Var variance = mean(squares, {0}, keep_dims).named("σ²");  // (1, C)
  const Var inverse = rsqrt(variance + epsilon).named("r");        // (1, C)
  const Var x_hat = (centred * inverse).named("x̂");                // (N, C)
  const Var scaled = (gamma * x_hat).named("z");                   // (N, C)
  return (scaled + beta).named("y");                               // (N, C)
}

void run(bool in_terminal, const std::filesystem::path& folder) {
  Generator generator(1);
  const Var x = parameter(generator.normal<double>({8, 3}, 2.0, 3.0), "x");
  const Var gamma = parameter(Array<double>{1.0, 0.5, 2.0}, "γ");
  const Var beta = parameter(Array<double>{0.0, 1.0, -1.0}, "β");
  const Var g = Var<double>(generator.normal<double>({8, 3})).named("g");

  Tape<double> tape;
  const Var y = batch_norm_by_operators(x, gamma, beta);
  const Var loss = sum(y * g).named("loss");
  if (in_terminal) return step(tape, loss);

  const Replay record = replay(tape, loss);
  fmt::print("{}", print(record));
  save_stepper(record, folder / "step.html", "Batch norm, step by step");
  fmt::print("Written: {}\n", (folder / "step.html").string());
}

}  // namespace

int main(int count, char** arguments) {
  bool in_terminal = false;
  std::filesystem::path folder = "out";
  examples::CommandLine line("Batch norm from plain operators, step by step, in the browser or in the terminal.",
                             "07_step_through_batch_norm");
  line.flag("--step", in_terminal, "step through it here, instead of writing a page");
  line.folder("--out", folder, "folder for step.html");
  if (const auto status = line.parse(count, arguments)) return *status;
  return examples::run([&] {
    run(in_terminal, folder);
    return 0;
  });
}
