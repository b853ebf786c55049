#pragma once

#include <autograd/numbers/lane.hpp>

#include <array>
#include <utility>

namespace wengert::kernel {

/// How a run treats its arrays, fixed at compile time: the first `Moving` inputs advance along the run and the others
/// stay, loaded once; result o is stored at every step if bit o of `Stored` is set and summed in registers otherwise.
template <std::size_t Moving, unsigned Stored>
struct Form {
  static constexpr std::size_t moving = Moving;
  static constexpr unsigned stored = Stored;
  static constexpr bool stores(std::size_t output) { return ((Stored >> output) & 1u) != 0; }
};

template <std::size_t Outputs>
inline constexpr unsigned all_stored = (1u << Outputs) - 1u;

/// The innermost loop of a sweep: `count` steps, each of one lane, and then `tail` elements, fewer than a lane.
template <class T, std::size_t I, std::size_t O>
struct Run {
  std::ptrdiff_t count;
  std::ptrdiff_t tail;
  std::array<const T*, I> input;
  std::array<std::ptrdiff_t, I> input_step;
  std::array<T*, O> output;
  std::array<std::ptrdiff_t, O> output_step;
  std::array<bool, O> add;
};

/// Calls f(0), ..., f(Count - 1) with each index known at compile time.
template <std::size_t Count, class F>
void for_each_index(const F& f) {
  [&]<std::size_t... K>(std::index_sequence<K...>) { (f(std::integral_constant<std::size_t, K>{}), ...); }
  (std::make_index_sequence<Count>{});
}

/// One step: loads the inputs that move, calls the formula, stores its results or adds them to the sums.
template <class L, class Form, class Sum, class Body, class T, std::size_t I, std::size_t O>
void step(const Body& body, Run<T, I, O>& run, std::array<L, I>& x, std::array<Sum, O>& sums) {
  for_each_index<Form::moving>([&](auto i) {
    x[i] = L::load(run.input[i]);
    run.input[i] += run.input_step[i];
  });
  const std::array<L, O> y = body(x);
  for_each_index<O>([&](auto o) {
    if constexpr (Form::stores(o)) {
      const L stored = run.add[o] ? L::load(run.output[o]) + y[o] : y[o];
      stored.store(run.output[o]);
      run.output[o] += run.output_step[o];
    } else {
      sums[o].add(y[o]);
    }
  });
}

/// The last elements of a run, fewer than a lane: they are computed with the elements before them, once more, in a lane
/// that ends where the run ends. What was added to those elements or summed of them is left as it is.
template <class L, class Form, class Sum, class Body, class T, std::size_t I, std::size_t O>
void step_back(const Body& body, Run<T, I, O>& run, std::array<L, I>& x, std::array<Sum, O>& sums) {
  const std::ptrdiff_t back = L::width - run.tail;
  const typename L::Mask is_new = !L::first(back);
  for_each_index<Form::moving>([&](auto i) { x[i] = L::load(run.input[i] - (run.input_step[i] == 0 ? 0 : back)); });
  const std::array<L, O> y = body(x);
  for_each_index<O>([&](auto o) {
    if constexpr (Form::stores(o)) {
      T* to = run.output[o] - (run.output_step[o] == 0 ? 0 : back);
      const L stored = run.add[o] ? L::load(to) + where(is_new, y[o], L(0.0)) : y[o];
      stored.store(to);
    } else {
      sums[o].add(where(is_new, y[o], L(0.0)));
    }
  });
}

/// Runs the steps and returns the sums of the results that are not stored. Flattened, so that the formula is inlined
/// here whatever its size and what does not change along the run is computed once. The formula and the run are copied,
/// because what a reference leads to could change with every store.
template <class Sum, class L, class Form, class Body, class T, std::size_t I, std::size_t O>
[[gnu::flatten]] std::array<Sum, O> execute(const void* formula, const Run<T, I, O>& all) {
  const Body body = *static_cast<const Body*>(formula);
  Run<T, I, O> run = all;
  std::array<L, I> x;
  for_each_index<I>([&](auto i) {
    if constexpr (i >= Form::moving) x[i] = L::load(run.input[i]);
  });
  std::array<Sum, O> sums{};
  if constexpr (Form::stored == 0) {  // a second chain of additions, so that one need not wait for the other
    std::array<Sum, O> odd{};
    for (; run.count >= 2; run.count -= 2) {
      step<L, Form>(body, run, x, sums);
      step<L, Form>(body, run, x, odd);
    }
    for (std::size_t o = 0; o < O; ++o) sums[o].merge(odd[o]);
  }
  for (; run.count > 0; --run.count) step<L, Form>(body, run, x, sums);
  if (run.tail > 0) step_back<L, Form>(body, run, x, sums);
  return sums;
}

}  // namespace wengert::kernel
