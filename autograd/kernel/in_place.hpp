#pragma once

#include <autograd/base/parallel.hpp>
#include <autograd/numbers/lane.hpp>

#include <atomic>
#include <cmath>

namespace wengert::kernel {

/// Arrays of `size` elements each: those that are written, from their old values, and those that are only read.
template <class T, std::size_t Written, std::size_t Read>
struct InPlace {
  std::size_t size;
  std::array<T*, Written> written;
  std::array<const T*, Read> read;
  std::array<const T*, Written> old = {};  ///< where the old values are; null if where the new ones go
};

namespace in_place {

/// Where the old values are.
template <class T, std::size_t W, std::size_t R>
std::array<const T*, W> old_of(const InPlace<T, W, R>& arrays) {
  std::array<const T*, W> old = arrays.old;
  for (std::size_t k = 0; k < W; ++k) {
    if (old[k] == nullptr) old[k] = arrays.written[k];
  }
  return old;
}

/// One step at element `i`: loads a lane of every array, calls the formula, and stores its results. Returns x - x of
/// all, which is not 0 where one of them is not finite.
template <class L, class F, class T, std::size_t... W, std::size_t... R>
L step(const F& formula, const InPlace<T, sizeof...(W), sizeof...(R)>& arrays, std::size_t i, std::index_sequence<W...>,
       std::index_sequence<R...>) {
  const std::array<L, sizeof...(R)> read{L::load(arrays.read[R] + i)...};
  const std::array<L, sizeof...(W)> next = formula(L::load(arrays.old[W] + i)..., read[R]...);
  (next[W].store(arrays.written[W] + i), ...);
  return (... + (next[W] - next[W])) + (L(0.0) + ... + (read[R] - read[R]));
}

/// The last elements, fewer than a lane, in memory of their own.
template <class L, class F, class T, std::size_t W, std::size_t R>
bool step_tail(const F& formula, const InPlace<T, W, R>& arrays, std::size_t begin) {
  constexpr auto width = static_cast<std::size_t>(L::width);
  const std::size_t count = arrays.size - begin;
  std::array<std::array<T, width>, W + R> lanes{};
  InPlace<T, W, R> copies{.size = width, .written = {}, .read = {}};
  for (std::size_t k = 0; k < W; ++k) {
    std::copy_n(arrays.old[k] + begin, count, lanes[k].data());
    copies.written[k] = lanes[k].data();
    copies.old[k] = lanes[k].data();
  }
  for (std::size_t k = 0; k < R; ++k) {
    std::copy_n(arrays.read[k] + begin, count, lanes[W + k].data());
    copies.read[k] = lanes[W + k].data();
  }
  step<L>(formula, copies, 0, std::make_index_sequence<W>{}, std::make_index_sequence<R>{});
  bool finite = true;
  for (const auto& lane : lanes) {
    finite = finite && std::all_of(lane.data(), lane.data() + count, [](T x) { return std::isfinite(x); });
  }
  for (std::size_t k = 0; k < W; ++k) std::copy_n(lanes[k].data(), count, arrays.written[k] + begin);
  return finite;
}

/// The elements from `begin` on, at most `count`.
template <class T, std::size_t W, std::size_t R>
InPlace<T, W, R> part(InPlace<T, W, R> arrays, std::size_t begin, std::size_t count) {
  arrays.size = std::min(count, arrays.size - begin);
  for (T*& array : arrays.written) array += begin;
  for (const T*& array : arrays.read) array += begin;
  for (const T*& array : arrays.old) array += begin;
  return arrays;
}

/// Flattened and by value, so that the formula is inlined here and its constants stay in registers. Returns whether
/// everything that was read or written is finite.
template <class L, class T, std::size_t W, std::size_t R, class F>
[[gnu::flatten]] bool update(const InPlace<T, W, R> arrays, const F formula) {
  constexpr auto width = static_cast<std::size_t>(L::width);
  L zero(0.0);
  std::size_t i = 0;
  for (; i + width <= arrays.size; i += width) {
    zero = zero + step<L>(formula, arrays, i, std::make_index_sequence<W>{}, std::make_index_sequence<R>{});
  }
  const bool lanes_finite = total(zero) == T(0);
  return (i == arrays.size || step_tail<L>(formula, arrays, i)) && lanes_finite;
}

}  // namespace in_place

/// One vectorised pass that overwrites arrays: with w... the written and g... the read ones, element by element,
///   {w...} = formula(w..., g...)
/// where `formula` is a generic function of one number per array that returns a std::array. Large arrays are cut into
/// pieces, which threads share. Returns whether everything that was read or written is finite.
template <class Arch = Architecture, class T, std::size_t W, std::size_t R, class F>
bool update_in_place(InPlace<T, W, R> arrays, const F& formula) {
  constexpr std::size_t piece = 32768;
  arrays.old = in_place::old_of(arrays);
  std::atomic<bool> finite = true;
  parallel_for((arrays.size + piece - 1) / piece, [&](std::size_t k) {
    if (!in_place::update<Lane<T, Arch>>(in_place::part(arrays, k * piece, piece), formula)) finite = false;
  });
  return finite;
}

}  // namespace wengert::kernel
