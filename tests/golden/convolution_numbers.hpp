#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wengert::golden {

/// Numbers between -1 and 1 that a float holds, the same for whoever writes a golden file and whoever reads it: the
/// middle bits of a multiplicative congruential generator (Knuth's MMIX).
inline std::vector<double> mixed_numbers(std::size_t count, std::uint64_t seed) {
  std::vector<double> numbers(count);
  std::uint64_t state = seed * 2862933555777941757u + 3037000493u;
  for (double& number : numbers) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    number = static_cast<double>(state >> 52) / 2048.0 - 1.0;
  }
  return numbers;
}

/// Σ x_k r_k with r mixed from the seed: two arrays of many elements that differ anywhere have different projections.
template <class Numbers>
double projection(const Numbers& x, std::uint64_t seed) {
  const std::vector<double> r = mixed_numbers(static_cast<std::size_t>(x.size()), seed);
  double sum = 0.0;
  std::size_t k = 0;
  for (const double element : x) sum += element * r[k++];
  return sum;
}

}  // namespace wengert::golden
