#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/kernel/pooling.hpp>

#include <cmath>
#include <limits>
#include <vector>

using namespace wengert;

namespace {

template <class T>
struct Pooled {
  std::vector<T> values;
  std::vector<kernel::Place> places;
};

template <class T>
Pooled<T> max_pool(const kernel::Pooling& pooling, const std::vector<T>& x) {
  const std::size_t size = pooling.planes * pooling.output_plane();
  Pooled<T> y{std::vector<T>(size), std::vector<kernel::Place>(size)};
  kernel::max_pool(pooling, x.data(), y.values.data(), y.places.data());
  return y;
}

/// The place of the first maximum below a window, NaN before all others, by looking at one tap after the other.
template <class T>
std::size_t first_maximum(const kernel::Pooling& pooling, const std::vector<T>& x, std::size_t plane, std::size_t i,
                          std::size_t j) {
  std::size_t best = x.size();
  for (std::size_t row = 0; row < pooling.rows.taps; ++row)
    for (std::size_t column = 0; column < pooling.columns.taps; ++column) {
      const std::ptrdiff_t h = pooling.rows.place(i, row), w = pooling.columns.place(j, column);
      if (!pooling.rows.inside(h) || !pooling.columns.inside(w)) continue;
      const std::size_t place = plane * pooling.input_plane() + static_cast<std::size_t>(h) * pooling.columns.input +
                                static_cast<std::size_t>(w);
      if (best == x.size() || (!std::isnan(x[best]) && (x[place] > x[best] || std::isnan(x[place])))) best = place;
    }
  return best;
}

/// Few different numbers, so that many are equal, with NaN and infinities among them.
template <class T>
std::vector<T> few_numbers(std::size_t count, Generator& generator) {
  constexpr T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const std::vector<T> choice{-2, -1, T(-0.0), 0, 1, 1, 2, 2, 3, 3, -inf, inf, nan};
  std::vector<T> x(count);
  for (T& element : x) element = choice[generator.below(choice.size())];
  return x;
}

}  // namespace

TEST_CASE_TEMPLATE("a max pooling finds the first maximum of every window, in lanes and beside them", T, float, double,
                   long double) {
  Generator generator(5);
  std::size_t windows = 0;
  for (std::size_t width = 1; width <= 40; ++width)
    for (std::size_t taps = 1; taps <= 4; ++taps)
      for (std::size_t stride = 1; stride <= 3; ++stride)
        for (std::size_t before = 0; before < taps; ++before)
          for (const std::size_t beyond : {std::size_t{0}, stride - 1}) {  // with ceil_mode
            if (width + 2 * before < taps) continue;
            const std::size_t output = (width + 2 * before - taps + beyond) / stride + 1;
            if ((output - 1) * stride >= width + before) continue;  // a window would be in the padding alone
            const kernel::Pooling pooling{
                .planes = 3,
                .rows = {.input = 5, .taps = 2, .output = 3, .stride = 2, .before = 1},
                .columns = {.input = width, .taps = taps, .output = output, .stride = stride, .before = before}};
            const std::vector<T> x = few_numbers<T>(pooling.planes * pooling.input_plane(), generator);
            const Pooled<T> y = max_pool(pooling, x);
            std::size_t window = 0;
            for (std::size_t plane = 0; plane < pooling.planes; ++plane)
              for (std::size_t i = 0; i < pooling.rows.output; ++i)
                for (std::size_t j = 0; j < output; ++j, ++window) {
                  const std::size_t expected = first_maximum(pooling, x, plane, i, j);
                  CAPTURE(width);
                  CAPTURE(taps);
                  CAPTURE(stride);
                  CAPTURE(before);
                  REQUIRE(y.places[window] == expected);
                  const bool is_same =
                      std::isnan(x[expected]) ? std::isnan(y.values[window]) : y.values[window] == x[expected];
                  REQUIRE(is_same);
                }
            windows += window;
          }
  CHECK(windows > 50'000);
}
