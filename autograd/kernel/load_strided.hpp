#pragma once

#include <autograd/numbers/lane.hpp>

#include <utility>

namespace wengert::kernel {

/// The lane of from[0], from[2], from[4], ..., of which nothing behind the last is read.
template <class L>
[[gnu::always_inline]] inline L load_every_second(const typename L::Element* from) {
  using Register = typename L::Batch::register_type;
  constexpr std::size_t width = L::Batch::size;
  const Register first = L::load(from).batch, last = L::load(from + width - 1).batch;
  return [&]<std::size_t... K>(std::index_sequence<K...>) {
    return L(typename L::Batch(__builtin_shufflevector(first, last, (2 * K < width ? 2 * K : 2 * K + 1)...)));
  }
  (std::make_index_sequence<width>());
}

/// The lane of from[0], from[step], from[2 step], ...
template <class L>
[[gnu::always_inline]] inline L load_strided(const typename L::Element* from, std::size_t step) {
  if (step == 1) return L::load(from);
  if (step == 2) return load_every_second<L>(from);
  return [&]<std::size_t... K>(std::index_sequence<K...>) { return L(typename L::Batch{from[K * step]...}); }
  (std::make_index_sequence<L::Batch::size>());
}

}  // namespace wengert::kernel
