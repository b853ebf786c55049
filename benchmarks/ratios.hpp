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

/// What a case computes in one call, to be printed as a share of what the processor can do.
struct Work {
  std::string name;
  double operations;  ///< multiplications and additions
};

/// What is measured: the time of the processor, which a busy machine changes less, or, of several threads, of the wall.
enum class Clock { processor, wall };

/// Registers a case whose time per call is measured in several interleaved repetitions.
void add_case(const std::string& name, std::function<void()> call, Clock clock = Clock::processor);

/// Prints what figures depend on, runs the cases and prints their medians and then the ratios and the shares of the
/// peak, which exist only within this run.
int run_and_print_ratios(int argc, char** argv, const std::vector<Ratio>& ratios, const std::vector<Work>& work = {});
