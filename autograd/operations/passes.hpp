#pragma once

#include <autograd/kernel/sweep.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/tape/var.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

// A formula run over a space: called with lanes, and with dual lanes for its derivative.

namespace wengert::fusion {

template <class T, std::size_t N>
using Operands = std::array<const Var<T>*, N>;
template <class T, std::size_t N>
using Inputs = std::array<kernel::Input<T>, N>;

template <class T, std::size_t N>
Inputs<T, N> inputs_of(const Operands<T, N>& operands) {
  Inputs<T, N> inputs;
  for (std::size_t i = 0; i < N; ++i) inputs[i] = {operands[i]->value().data(), &operands[i]->shape()};
  return inputs;
}

/// Whether `f` can be called with as many numbers as there are indices.
template <class F, class Number, std::size_t... I>
constexpr bool takes_numbers(std::index_sequence<I...>) {
  return std::is_invocable_v<const F&, decltype((void(I), std::declval<const Number&>()))...>;
}

/// Calls `f` with the elements of an array.
template <class F, class Number, std::size_t N>
auto call(const F& f, const std::array<Number, N>& x) {
  static_assert(takes_numbers<F, Number>(std::make_index_sequence<N>{}),
                "a formula takes one number for each operand: [](const auto& x, const auto& y) { ... } for two");
  return [&]<std::size_t... I>(std::index_sequence<I...>) { return f(x[I]...); }
  (std::make_index_sequence<N>{});
}

/// Calls `f` with operand I as a dual of the given tangent and the others as plain numbers.
template <std::size_t I, class F, class Number, std::size_t N>
auto call_with_dual(const F& f, const std::array<Number, N>& x, const Number& tangent) {
  const auto operand = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
    if constexpr (I == J) return Dual<Number>(x[J], tangent);
    else return x[J];
  };
  return [&]<std::size_t... J>(std::index_sequence<J...>) {
    return f(operand(std::integral_constant<std::size_t, J>{})...);
  }
  (std::make_index_sequence<N>{});
}

/// The directional derivative of `f` for operand I; zero if `f` does not depend on it.
template <std::size_t I, class F, class Number, std::size_t N>
Number derivative(const F& f, const std::array<Number, N>& x, const Number& tangent) {
  const auto y = call_with_dual<I>(f, x, tangent);
  if constexpr (is_dual<decltype(y)>) return y.tangent;
  else return Number(0.0);
}

/// The pass that computes y = f(x...) over the space, folded over the axes along which `y` is repeated.
template <template <class> class Fold, class Arch = Architecture, class F, class T, std::size_t N>
std::unique_ptr<kernel::Pass<T>> values_pass(const F& f, const Shape& space, const Inputs<T, N>& inputs,
                                             const kernel::Output<T>& y) {
  using L = Lane<T, Arch>;
  constexpr bool is_map = std::same_as<Fold<L>, kernel::PlainSum<L>>;
  // Of two operands nothing is worth keeping along a run: the general form is as fast.
  constexpr unsigned moving = is_map && N == 2 ? kernel::all<N> : 1u;
  auto sweep = std::make_unique<kernel::Sweep<L, Fold<L>, N, 1>>(space, inputs, std::array{y});
  static_assert(std::is_convertible_v<decltype(call(f, std::declval<std::array<L, N>>())), L>,
                "a formula gives one number; where(x < y, 1.0, 0.0) makes one of a comparison");
  sweep->template prepare<kernel::Form<moving, is_map ? 1u : 0u>>(
      [f](const std::array<L, N>& x) { return std::array<L, 1>{call(f, x)}; });
  return sweep;
}

/// y = f(x...) over the space, folded over the axes along which `y` is repeated.
template <template <class> class Fold, std::size_t N, class Arch = Architecture, class F, class T>
void sweep_values(const F& f, const Shape& space, const Operands<T, N>& operands, const kernel::Output<T>& y) {
  values_pass<Fold, Arch>(f, space, inputs_of(operands), y)->run_all();
}

/// f(x...) · scale.
template <class F>
struct Scaled {
  F f;
  double scale;
  auto operator()(const auto&... x) const { return f(x...) * scale; }
};

/// The pass that computes y = f(x...) over the space, summed. Doubles may overflow on the way: see `sweep_sums`.
template <class F, class T, std::size_t N>
std::unique_ptr<kernel::Pass<T>> sums_pass(const F& f, const Shape& space, const Inputs<T, N>& inputs,
                                           const kernel::Output<T>& y) {
  if constexpr (std::same_as<T, float>)  // is summed in doubles
    return values_pass<kernel::CompensatedSum>(f, space, inputs, y);
  else return values_pass<kernel::CompensatedSum>(Scaled<F>{f, 1.0}, space, inputs, y);
}

/// y = f(x...) over the space, summed. A sum of doubles that overflows on the way, although its mean or the sum itself
/// does not, is taken once more of numbers that are smaller by a power of two.
template <std::size_t N, class F, class T>
void sweep_sums(const F& f, const Shape& space, const Operands<T, N>& operands, const kernel::Output<T>& y) {
  sums_pass(f, space, inputs_of(operands), y)->run_all();
  if constexpr (std::same_as<T, double>) {
    const std::size_t sums = element_count(*y.shape);
    if (sums == 0 || std::all_of(y.data, y.data + sums, [](T x) { return std::isfinite(x); })) return;
    const double scale = std::exp2(-std::ceil(std::log2(static_cast<double>(element_count(space) / sums))));
    const std::vector<T> sum(y.data, y.data + sums);
    const std::vector<T> lost(y.lost, y.lost == nullptr ? y.lost : y.lost + sums);
    sweep_values<kernel::CompensatedSum, N>(Scaled<F>{f, scale}, space, operands, y);
    // The other sums stay as they are: smaller by a power of two, the smallest numbers have no digits left.
    for (std::size_t k = 0; k < sums; ++k) {
      const bool stays = std::isfinite(sum[k]);
      y.data[k] = stays ? sum[k] : y.data[k] / scale;
      if (y.lost != nullptr) y.lost[k] = stays ? lost[k] : y.lost[k] / scale;
    }
  }
}

}  // namespace wengert::fusion
