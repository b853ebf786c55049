#include "ratios.hpp"

#include <fmt/core.h>

#include <map>

namespace {

/// The usual table, and the medians kept for the ratios.
class MedianReporter : public benchmark::ConsoleReporter {
 public:
  MedianReporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.aggregate_name != "median") continue;
      const bool is_wall = run.run_name.time_type == "real_time";
      medians[run.run_name.function_name] = is_wall ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime();
    }
  }

  std::map<std::string, double> medians;
};

}  // namespace

void add_case(const std::string& name, std::function<void()> call, Clock clock) {
  auto* benchmark = benchmark::RegisterBenchmark(name.c_str(), [call = std::move(call)](benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) call();
  });
  benchmark->Unit(benchmark::kMicrosecond)->MinTime(0.1)->Repetitions(9)->ReportAggregatesOnly(true);
  if (clock == Clock::wall) benchmark->UseRealTime();
}

int run_and_print_ratios(int argc, char** argv, const std::vector<Ratio>& ratios) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleave.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  MedianReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  fmt::print("\nmedians of 9 interleaved repetitions\n");
  fmt::print("{:<34} {:<34} {:>7} {:>7}\n", "ours", "peer", "ratio", "limit");
  for (const Ratio& ratio : ratios) {
    const auto ours = reporter.medians.find(ratio.ours);
    const auto peer = reporter.medians.find(ratio.peer);
    if (ours == reporter.medians.end() || peer == reporter.medians.end()) continue;
    const double value = ours->second / peer->second;
    fmt::print("{:<34} {:<34} {:>7.2f} {:>7.2f}{}\n", ratio.ours, ratio.peer, value, ratio.limit,
               value <= ratio.limit ? "" : "  missed");
  }
  return 0;
}
