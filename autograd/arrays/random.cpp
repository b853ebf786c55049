#include <autograd/arrays/random.hpp>
#include <autograd/base/error.hpp>

#include <array>
#include <cmath>
#include <locale>
#include <numbers>
#include <numeric>
#include <sstream>

namespace wengert {

double Generator::uniform(double low, double high) {
  require(std::isfinite(high - low), "Generator::uniform", "the bounds are {} and {}; expected finite numbers", low,
          high);
  const double unit = static_cast<double>(engine_() >> 11) * 0x1p-53;
  return low + (high - low) * unit;
}

double Generator::normal(double mean, double deviation) {
  require(std::isfinite(mean) && std::isfinite(deviation), "Generator::normal",
          "the mean is {} and the deviation {}; expected finite numbers", mean, deviation);
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

template <class T>
Array<T> Generator::zeros_or(double other, double p, const Shape& shape) {
  require(p >= 0.0 && p <= 1.0, "Generator::zeros_or", "p is {}; expected a probability", p);
  const auto limit = static_cast<std::uint64_t>(std::round(p * 0x1p32));
  const std::array<T, 2> values{T(0), static_cast<T>(other)};
  Array<T> result = empty<T>(shape);
  const std::size_t size = result.size();
  T* x = result.data();
  for (std::size_t k = 0; k < size; k += 2) {  // without branches, which nobody could predict
    const std::uint64_t draw = engine_();
    x[k] = values[(draw & 0xffffffff) >= limit];
    if (k + 1 < size) x[k + 1] = values[(draw >> 32) >= limit];
  }
  return result;
}

template Array<float> Generator::zeros_or(double, double, const Shape&);
template Array<double> Generator::zeros_or(double, double, const Shape&);

std::string Generator::state() const {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << engine_;
  return text.str();
}

Generator Generator::from_state(const std::string& text) {
  Generator generator(0);
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  in >> generator.engine_;
  require(!in.fail() && generator.state() == text, "Generator::from_state",
          "got a text of {} characters that does not describe a generator; expected one that state() wrote, unchanged",
          text.size());
  return generator;
}

}  // namespace wengert
