// The lab: what the documents say of batch norm, each claim with an experiment on handwritten digits over several
// seeds, as a page of small pictures whose sentences are computed from their numbers.
#include <autograd/base/process.hpp>
#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>
#include <nn/training/report/origin.hpp>

#include <cmath>
#include <iostream>

#include "lab/experiments.hpp"
#include "support/experiment.hpp"

namespace {

using namespace wengert;
using lab::Finding;
using lab::Verdict;

constexpr std::array experiments{
    &lab::convergence,     &lab::gradient_flow, &lab::learning_rates,         &lab::initial_scales,
    &lab::depths,          &lab::activations,   &lab::regularisation,         &lab::outputs_of_layers,
    &lab::covariate_shift, &lab::batch_sizes,   &lab::training_and_evaluation};

void print(const Finding& finding) {
  fmt::print("\n{}: {}\n{}\n", finding.title, lab::to_string(finding.verdict), examples::wrapped(finding.claim));
  for (const nn::Table& table : finding.tables) fmt::print("\n{}\n{}", table.caption, examples::to_text(table));
  for (const nn::Panel& panel : finding.panels) {
    if (!panel.note.empty()) fmt::print("{}\n", examples::wrapped("- " + panel.title + ": " + panel.note));
  }
  std::fflush(stdout);
}

/// As many experiments as there is time for before Ctrl-C.
std::vector<Finding> run_experiments(lab::Bench& bench) {
  std::vector<Finding> findings;
  try {
    for (const auto& experiment : experiments) {
      findings.push_back(experiment(bench));
      print(findings.back());
    }
  } catch (const lab::Interrupted&) {
    fmt::print(stderr, "\nInterrupted: what follows is not all.\n");
  }
  return findings;
}

nn::Table verdicts(const std::vector<Finding>& findings) {
  nn::Table table{.caption = "What the documents claim, and what is seen here", .header = {"claim", "here"}};
  for (const Finding& finding : findings) table.rows.push_back({finding.title, lab::to_string(finding.verdict)});
  return table;
}

nn::Report page(const std::vector<Finding>& findings, const lab::Bench& bench) {
  nn::Report report{
      .title = "Why batch norm",
      .notes =
          {fmt::format(
               "{} trainings of small networks on 8 x 8 digits, each with and without batch norm and over {} seeds, "
               "which choose the split, the weights and the order of the batches; both ways of a seed begin with "
               "the same weights. Where nothing else is said: 5 hidden layers of 32 units, ReLU, weights as Glorot "
               "and Bengio propose, SGD with a learning rate of 0.1, batches of 32, {} epochs.",
               bench.trainings(), bench.seeds(), bench.quick() ? 3 : 10),
           fmt::format(
               "One way is called better than the other where it is so with every seed; between equals that comes "
               "by chance once in {:.0f}. A claim is seen where batch norm is better at every value that was tried, "
               "seen in part where it is at some of them; the opposite is where it is better at none and worse at "
               "most. Of depths the largest is asked, of initial weights the smallest and the largest, of learning "
               "rates whether an accuracy of 0.9 is reached at more of them. Curves are means over the seeds, bars "
               "go from the least to the largest. The sentences are computed from the numbers of this run, and hold "
               "for these networks, not for every one.",
               std::exp2(static_cast<double>(bench.seeds()) - 1.0))},
      .tables = {verdicts(findings)},
      .origin = nn::origin(),
      .interrupted = nn::InterruptGuard().interrupted()};
  for (const Finding& finding : findings) {
    report.figures.push_back({.title = finding.title + ": " + lab::to_string(finding.verdict),
                              .panels = finding.panels,
                              .text = finding.claim});
    for (const nn::Table& table : finding.tables) {
      report.summaries.push_back({table.caption, examples::to_text(table, 100)});
    }
  }
  return report;
}

/// Whether every verdict is the one that it has to be in any run. Says which is not.
bool is_as_expected(const std::vector<Finding>& findings) {
  bool good = true;
  for (const Finding& finding : findings) {
    if (finding.verdict == finding.expected.value_or(finding.verdict)) continue;
    fmt::print(stderr, "lab: '{}' is {}; expected {}\n", finding.title, lab::to_string(finding.verdict),
               lab::to_string(*finding.expected));
    good = false;
  }
  return good;
}

int run(const lab::Options& options) {
  lab::Bench bench(options);
  const std::vector<Finding> findings = run_experiments(bench);
  if (findings.empty()) return 1;
  fmt::print("\n{}\n{}", verdicts(findings).caption, examples::to_text(verdicts(findings)));
  std::fflush(stdout);  // before gnuplot says anything
  const std::filesystem::path file = options.out / "lab.html";
  nn::save_report(page(findings, bench), file);
  const std::string written = fmt::format("\n{} trainings in {:.0f} s. Written: {}\n", bench.trainings(),
                                          base::seconds_since_start(), base::printable(file.string()));
  fmt::print("{}", base::fitted(std::cout, written));
  return is_as_expected(findings) ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  lab::Options options;
  examples::CommandLine line("What the documents say of batch norm, each claim with an experiment over several seeds.",
                             "lab");
  line.flag("--quick", options.quick, "few values and epochs, to see that it runs");
  line.number("--seeds", options.seeds, 3, "for each training");
  line.number("--seed", options.seed, 0, "the first of them");
  line.folder("--out", options.out, "folder for lab.html");
  if (const auto status = line.parse(count, arguments)) return *status;
  return examples::run_training(options.out, [&] { return run(options); });
}
