#include "ratios.hpp"

#include <fmt/core.h>
#include <autograd/numbers/lane.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "peak.hpp"

extern "C" [[gnu::weak]] char* openblas_get_corename();

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

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string setting(const char* variable) {
  const char* value = std::getenv(variable);
  return fmt::format("{} {}", variable, value == nullptr ? "unset" : value);
}

void print_environment(double peak) {
  fmt::print("processor: {}, lanes of {} floats, {:.0f} GFLOP/s in registers\n", processor(),
             wengert::Lane<float>::width, peak);
  fmt::print("malloc: {}, {}\n", setting("MALLOC_TRIM_THRESHOLD_"), setting("MALLOC_MMAP_THRESHOLD_"));
  fmt::print("OpenBLAS: kernels {}, {}\n", openblas_get_corename == nullptr ? "unknown" : openblas_get_corename(),
             setting("OPENBLAS_CORETYPE"));
}

}  // namespace

void add_case(const std::string& name, std::function<void()> call, Clock clock) {
  auto* benchmark = benchmark::RegisterBenchmark(name.c_str(), [call = std::move(call)](benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) call();
  });
  benchmark->Unit(benchmark::kMicrosecond)->MinTime(0.1)->Repetitions(9)->ReportAggregatesOnly(true);
  if (clock == Clock::wall) benchmark->UseRealTime();
}

int run_and_print_ratios(int argc, char** argv, const std::vector<Ratio>& ratios, const std::vector<Work>& work) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleave.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  const double peak = fma_peak();
  print_environment(peak);
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
  const double peak_after = std::max(peak, fma_peak());
  if (!work.empty()) fmt::print("\n{:<34} {:>9} {:>9} of {:.0f}\n", "work", "GFLOP/s", "share", peak_after);
  for (const Work& one : work) {
    const auto median = reporter.medians.find(one.name);
    if (median == reporter.medians.end()) continue;
    const double speed = 1e-3 * one.operations / median->second;  // medians are microseconds
    fmt::print("{:<34} {:>9.1f} {:>8.0f}%\n", one.name, speed, 100.0 * speed / peak_after);
  }
  return 0;
}
