// Kernels on arrays that begin or end at a page that must not be touched: whoever reads or writes past an end dies.
#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/kernel/convolution.hpp>
#include <autograd/kernel/planes.hpp>
#include <autograd/kernel/pooling.hpp>
#include <autograd/operations/windows.hpp>

#include "../support/guarded.hpp"

namespace wengert {
namespace {

using kernel::Convolution;
using kernel::Pooling;

Convolution convolution(const Shape& x, const Shape& w, std::size_t groups, const Sliding& sliding) {
  const WindowsOfPlane windows = windows_of_plane("test", "a case", {x[2], x[3]}, sliding);
  return {x[0], x[1], w[0], groups, windows.rows, windows.columns};
}

/// Odd widths, channels and tails: rows around one and several lanes of either type, channels around a panel's.
std::vector<Convolution> convolutions() {
  std::vector<Convolution> list;
  for (const std::size_t width : {1U, 3U, 5U, 7U, 8U, 9U, 15U, 16U, 17U, 31U, 33U, 35U}) {
    const std::size_t taps = width < 3 ? 1 : 3;
    list.push_back(convolution({2, 1, 4, width}, {3, 1, 2, taps}, 1, {.size = {2, taps}}));
    list.push_back(convolution({1, 3, 3, width}, {5, 3, 1, taps}, 1, {.size = {1, taps}, .padding = {0, 1}}));
    list.push_back(convolution({2, 5, 3, width}, {5, 1, 3, taps}, 5, {.size = {3, taps}}));
    list.push_back(convolution({1, 4, 2, width}, {33, 4, 1, 1}, 1, {.size = 1}));
  }
  for (const std::size_t channels : {1U, 2U, 7U, 15U, 17U, 31U, 33U, 65U}) {
    list.push_back(convolution({3, channels, 3, 3}, {channels, channels, 3, 3}, 1, {.size = 3}));
    list.push_back(convolution({1, channels, 4, 5}, {9, channels, 2, 3}, 1, {.size = {2, 3}, .stride = {2, 1}}));
    list.push_back(convolution({2, 3, 4, 6}, {channels, 3, 2, 2}, 1, {.size = 2, .padding = 1, .dilation = {1, 2}}));
  }
  list.push_back(convolution({1, 2, 32, 32}, {3, 2, 3, 3}, 1, {.size = 3}));   // planes of a page each
  list.push_back(convolution({1, 18, 32, 16}, {2, 9, 3, 3}, 2, {.size = 3}));  // the same in double
  return list;
}

template <class T>
bool same(const Guarded<T>& a, const std::vector<T>& b) {
  return std::equal(a.elements().begin(), a.elements().end(), b.begin(), b.end());
}

template <class T>
void check(const Convolution& c, GuardedEnd end) {
  Generator generator(7);
  const auto numbers = [&](std::size_t count) { return generator.normal<T>({count}); };
  const std::size_t in = c.samples * c.in_channels * c.input_plane();
  const std::size_t out = c.samples * c.out_channels * c.output_plane();
  const std::size_t taps = c.out_channels * c.patch();
  const Array<T> x = numbers(in), w = numbers(taps), b = numbers(c.out_channels), g = numbers(out);
  std::vector<T> y(out), dx(in), dw(taps);
  kernel::convolve(c, x.data(), w.data(), {.bias = b.data(), .relu = true}, y.data());
  kernel::convolve_input_gradient(c, g.data(), w.data(), dx.data());
  kernel::convolve_weight_gradient(c, x.data(), g.data(), dw.data());

  const Guarded<T> at_x(x, end), at_w(w, end), at_b(b, end), at_g(g, end);
  const Guarded<T> at_y(out, end), at_dx(in, end), at_dw(taps, end);
  kernel::convolve(c, at_x.data(), at_w.data(), {.bias = at_b.data(), .relu = true}, at_y.data());
  kernel::convolve_input_gradient(c, at_g.data(), at_w.data(), at_dx.data());
  kernel::convolve_weight_gradient(c, at_x.data(), at_g.data(), at_dw.data());
  CHECK(same(at_y, y));
  CHECK(same(at_dx, dx));
  CHECK(same(at_dw, dw));
}

/// The kernels of planes by themselves, on one image without padding.
template <class T>
void check_planes(const Convolution& c, GuardedEnd end) {
  Generator generator(11);
  const std::size_t in = c.in_channels * c.input_plane(), out = c.out_channels * c.output_plane();
  const std::size_t taps = c.out_channels * c.patch();
  const Array<T> x = generator.normal<T>({in}), w = generator.normal<T>({taps}), g = generator.normal<T>({out});
  std::vector<std::ptrdiff_t> offsets;
  for (std::size_t channel = 0; channel < c.group_in(); ++channel)
    for (std::size_t i = 0; i < c.rows.taps; ++i)
      for (std::size_t j = 0; j < c.columns.taps; ++j) {
        const std::size_t row = channel * c.rows.input + i * c.rows.dilation;
        offsets.push_back(static_cast<std::ptrdiff_t>(row * c.columns.input + j * c.columns.dilation));
      }
  std::vector<T> y(out), dw(taps), turned(taps);
  kernel::convolve_planes(c, x.data(), offsets.data(), w.data(), kernel::Epilogue<T>{}, y.data());
  kernel::add_weight_gradient_of_planes(c, x.data(), offsets.data(), g.data(), dw.data());
  kernel::turn_weights(c, w.data(), turned.data());

  const Guarded<T> at_x(x, end), at_w(w, end), at_g(g, end);
  const Guarded<T> at_y(out, end), at_turned(taps, end), at_dw(std::vector<T>(taps), end);
  const Guarded<std::ptrdiff_t> at_offsets(offsets, end);
  kernel::convolve_planes(c, at_x.data(), at_offsets.data(), at_w.data(), kernel::Epilogue<T>{}, at_y.data());
  kernel::add_weight_gradient_of_planes(c, at_x.data(), at_offsets.data(), at_g.data(), at_dw.data());
  kernel::turn_weights(c, at_w.data(), at_turned.data());
  CHECK(same(at_y, y));
  CHECK(same(at_dw, dw));
  CHECK(same(at_turned, turned));
}

std::vector<Pooling> poolings() {
  std::vector<Pooling> list;
  for (const std::size_t width : {1U, 2U, 3U, 5U, 7U, 8U, 9U, 15U, 16U, 17U, 31U, 33U, 64U, 65U}) {
    for (const Size2d& size : {Size2d(1, 1), Size2d(2, 2), Size2d(3, 2)}) {
      for (const std::size_t padding : {0U, 1U}) {
        if (size.width > width || padding >= size.width) continue;
        const WindowsOfPlane windows = windows_of_plane("test", "a case", {5, width},
                                                        {.size = size, .stride = {2, size.width}, .padding = padding});
        list.push_back({3, windows.rows, windows.columns});
      }
    }
  }
  return list;
}

template <class T>
void check(const Pooling& pooling, GuardedEnd end) {
  Generator generator(13);
  const std::size_t in = pooling.planes * pooling.input_plane(), out = pooling.planes * pooling.output_plane();
  const Array<T> x = generator.normal<T>({in}), g = generator.normal<T>({out});
  std::vector<T> largest(out), mean(out), dx(in);
  std::vector<kernel::Place> places(out);
  kernel::max_pool(pooling, x.data(), largest.data(), places.data());
  kernel::avg_pool(pooling, true, x.data(), mean.data());
  kernel::avg_pool_gradient(pooling, true, g.data(), dx.data());

  const Guarded<T> at_x(x, end), at_g(g, end), at_largest(out, end), at_mean(out, end), at_dx(in, end);
  const Guarded<kernel::Place> at_places(out, end);
  kernel::max_pool(pooling, at_x.data(), at_largest.data(), at_places.data());
  kernel::avg_pool(pooling, true, at_x.data(), at_mean.data());
  kernel::avg_pool_gradient(pooling, true, at_g.data(), at_dx.data());
  CHECK(same(at_largest, largest));
  CHECK(same(at_places, places));
  CHECK(same(at_mean, mean));
  CHECK(same(at_dx, dx));
}

std::string text(const Convolution& c) {
  return fmt::format("({}, {}, {}, {}) with ({}, {}, {}, {})", c.samples, c.in_channels, c.rows.input, c.columns.input,
                     c.out_channels, c.group_in(), c.rows.taps, c.columns.taps);
}

}  // namespace

TEST_CASE_TEMPLATE("convolutions stay within their arrays, forward and backward", T, float, double) {
  const std::vector<Convolution> list = convolutions();
  REQUIRE(list.size() >= 60);
  for (const Convolution& c : list) {
    CAPTURE(text(c));
    for (const GuardedEnd end : {GuardedEnd::front, GuardedEnd::back}) check<T>(c, end);
  }
}

TEST_CASE_TEMPLATE("the kernels of few channels stay within their arrays", T, float, double) {
  std::size_t count = 0;
  for (const Convolution& c : convolutions()) {
    const bool padded = c.rows.before + c.columns.before > 0;
    if (padded || !kernel::is_flat<T>(c)) continue;
    CAPTURE(text(c));
    for (const GuardedEnd end : {GuardedEnd::front, GuardedEnd::back}) check_planes<T>(c, end);
    ++count;
  }
  CHECK(count >= 5);
}

TEST_CASE_TEMPLATE("poolings stay within their arrays, forward and backward", T, float, double) {
  const std::vector<Pooling> list = poolings();
  REQUIRE(list.size() >= 60);
  for (const Pooling& pooling : list) {
    CAPTURE(pooling.columns.input);
    for (const GuardedEnd end : {GuardedEnd::front, GuardedEnd::back}) check<T>(pooling, end);
  }
}

}  // namespace wengert
