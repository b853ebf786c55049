#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

/// A ratio to print once everything has been measured: median of `ours` over median of `peer`, at most `limit`.
struct Ratio {
  std::string ours;
  std::string peer;
  double limit;
};

/// Registers a case whose time per call is measured in several interleaved repetitions.
void add_case(const std::string& name, std::function<void()> call);

/// Runs the cases with one thread and prints their medians and then the ratios, which exist only within this run.
int run_and_print_ratios(int argc, char** argv, const std::vector<Ratio>& ratios);
