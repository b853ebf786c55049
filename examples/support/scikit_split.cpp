#include "scikit_split.hpp"

#include <bit>
#include <cmath>
#include <numeric>
#include <random>

namespace examples {
namespace {

/// A number from 0 to `last`, as NumPy's RandomState draws it: as many bits as `last` has, until it fits.
std::size_t draw(std::mt19937& engine, std::size_t last) {
  const std::size_t mask = std::bit_ceil(last + 1) - 1;
  for (;;) {
    const std::size_t number = engine() & mask;
    if (number <= last) return number;
  }
}

}  // namespace

wengert::datasets::Split<float> scikit_split(const wengert::datasets::Dataset<float>& data, double share,
                                             std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<std::size_t> order(data.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[draw(engine, i)]);
  const auto tests = static_cast<std::size_t>(std::ceil(share * static_cast<double>(order.size())));
  const std::span<const std::size_t> all(order);
  return {.train = data.select(all.subspan(tests)), .test = data.select(all.first(tests))};
}

}  // namespace examples
