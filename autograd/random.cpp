#include <autograd/error.hpp>
#include <autograd/random.hpp>

#include <cmath>
#include <numbers>
#include <numeric>

namespace wengert {

double Generator::uniform(double low, double high) {
  const double unit = static_cast<double>(engine_() >> 11) * 0x1p-53;
  return low + (high - low) * unit;
}

double Generator::normal(double mean, double deviation) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));  // 1 - u is never zero
  return mean + deviation * radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::size_t Generator::below(std::size_t bound) {
  require(bound > 0, "Generator::below", "the bound is 0; expected at least 1");
  const std::uint64_t limit = std::mt19937_64::max() - std::mt19937_64::max() % bound;
  std::uint64_t draw = engine_();
  while (draw >= limit) draw = engine_();
  return draw % bound;
}

std::vector<std::size_t> Generator::permutation(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  return order;
}

}  // namespace wengert
