#pragma once

#include <autograd/numbers/lane.hpp>

#include <utility>

namespace wengert::kernel {

/// The lane of from[0], from[step], from[2 step], ...
template <class L>
[[gnu::always_inline]] inline L load_strided(const typename L::Element* from, std::size_t step) {
  const auto load = [from]<std::size_t... K>(auto steps, std::index_sequence<K...>) {
    return L(typename L::Batch{from[K * steps]...});
  };
  constexpr auto elements = std::make_index_sequence<static_cast<std::size_t>(L::width)>();
  if (step == 1) return L::load(from);
  if (step == 2) return load(std::integral_constant<std::size_t, 2>(), elements);  // needs no arithmetic for addresses
  return load(step, elements);
}

}  // namespace wengert::kernel
