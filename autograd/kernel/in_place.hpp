#pragma once

#include <autograd/base/parallel.hpp>
#include <autograd/numbers/lane.hpp>

namespace wengert::optim {

/// Arrays of `size` elements each, of which the first are read and written and the others only read.
template <class T, std::size_t Written, std::size_t Read>
struct InPlace {
  std::size_t size;
  std::array<T*, Written> written;
  std::array<const T*, Read> read;
};

namespace in_place {

/// One step at element `i`: loads a lane of every array, calls the formula, and stores its results.
template <class L, class F, class T, std::size_t... W, std::size_t... R>
void step(const F& formula, const InPlace<T, sizeof...(W), sizeof...(R)>& arrays, std::size_t i,
          std::index_sequence<W...>, std::index_sequence<R...>) {
  const std::array<L, sizeof...(W)> next = formula(L::load(arrays.written[W] + i)..., L::load(arrays.read[R] + i)...);
  (next[W].store(arrays.written[W] + i), ...);
}

/// The last elements, fewer than a lane, in memory of their own.
template <class L, class F, class T, std::size_t W, std::size_t R>
void step_tail(const F& formula, const InPlace<T, W, R>& arrays, std::size_t begin) {
  constexpr auto width = static_cast<std::size_t>(L::width);
  std::array<std::array<T, width>, W + R> lanes{};
  InPlace<T, W, R> copies{.size = width, .written = {}, .read = {}};
  for (std::size_t k = 0; k < W; ++k) {
    std::copy(arrays.written[k] + begin, arrays.written[k] + arrays.size, lanes[k].data());
    copies.written[k] = lanes[k].data();
  }
  for (std::size_t k = 0; k < R; ++k) {
    std::copy(arrays.read[k] + begin, arrays.read[k] + arrays.size, lanes[W + k].data());
    copies.read[k] = lanes[W + k].data();
  }
  step<L>(formula, copies, 0, std::make_index_sequence<W>{}, std::make_index_sequence<R>{});
  for (std::size_t k = 0; k < W; ++k) {
    std::copy_n(lanes[k].data(), arrays.size - begin, arrays.written[k] + begin);
  }
}

/// The elements from `begin` on, at most `count`.
template <class T, std::size_t W, std::size_t R>
InPlace<T, W, R> part(InPlace<T, W, R> arrays, std::size_t begin, std::size_t count) {
  arrays.size = std::min(count, arrays.size - begin);
  for (T*& array : arrays.written) array += begin;
  for (const T*& array : arrays.read) array += begin;
  return arrays;
}

/// Flattened and by value, so that the formula is inlined here and its constants stay in registers.
template <class L, class T, std::size_t W, std::size_t R, class F>
[[gnu::flatten]] void update(const InPlace<T, W, R> arrays, const F formula) {
  constexpr auto width = static_cast<std::size_t>(L::width);
  std::size_t i = 0;
  for (; i + width <= arrays.size; i += width) {
    step<L>(formula, arrays, i, std::make_index_sequence<W>{}, std::make_index_sequence<R>{});
  }
  if (i < arrays.size) step_tail<L>(formula, arrays, i);
}

}  // namespace in_place

/// One vectorised pass that overwrites arrays: with w... the written and g... the read ones, element by element,
///   {w...} = formula(w..., g...)
/// where `formula` is a generic function of one number per array that returns a std::array. Large arrays are cut into
/// pieces, which threads share.
template <class Arch = Architecture, class T, std::size_t W, std::size_t R, class F>
void update_in_place(const InPlace<T, W, R>& arrays, const F& formula) {
  constexpr std::size_t piece = 32768;
  parallel_for((arrays.size + piece - 1) / piece, [&](std::size_t k) {
    in_place::update<Lane<T, Arch>>(in_place::part(arrays, k * piece, piece), formula);
  });
}

}  // namespace wengert::optim
