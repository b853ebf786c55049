#include "peak.hpp"

#include <autograd/numbers/lane.hpp>

#include <algorithm>
#include <array>
#include <ctime>

namespace {

using L = wengert::Lane<float>;
constexpr std::size_t chains = 12;  // so many that none waits for the one before

/// Of the processor, as of the cases, which the wall's clock would make look slow on a busy machine.
double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Chains that start apart, or the compiler would compute one of them for all.
[[gnu::noinline]] float run(long steps) {
  std::array<L::Batch, chains> sums;
#pragma GCC unroll 12
  for (std::size_t k = 0; k < chains; ++k) sums[k] = L::Batch(1.0f + static_cast<float>(k));
  const L::Batch factor(0.999f), term(1e-3f);
  for (long step = 0; step < steps; ++step) {
#pragma GCC unroll 12
    for (std::size_t k = 0; k < chains; ++k) sums[k] = xsimd::fma(sums[k], factor, term);
  }
#pragma GCC unroll 12
  for (std::size_t k = 1; k < chains; ++k) sums[0] = sums[0] + sums[k];
  return sums[0].get(0);
}

}  // namespace

double fma_peak() {
  constexpr long steps = 2'000'000;
  double best = 0.0;
  volatile float result = 0.0f;
  for (int repetition = 0; repetition < 9; ++repetition) {
    const double start = seconds();
    result = run(steps);
    const double operations = 2.0 * static_cast<double>(chains * L::width * steps);
    best = std::max(best, 1e-9 * operations / (seconds() - start));
  }
  static_cast<void>(result);
  return best;
}
