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

/// The innermost loop of a sweep: `count` steps, each of one lane, and then one lane of which `tail` elements count.
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

/// The last elements of a run, fewer than a lane. After whole lanes they are computed with the elements before them,
/// once more: a lane that ends where the run ends. A run without whole lanes is computed on copies.
template <class L, class Form, class T, std::size_t I, std::size_t O>
class Tail {
 public:
  /// Points the run at that lane, or at copies of what is there; missing elements of a copy repeat the last one.
  Tail(Run<T, I, O>& run, bool has_whole_lanes)
      : valid_(run.tail), on_copies_(!has_whole_lanes), add_(run.add), stored_(run.output) {
    for_each_index<Form::moving>([&](auto i) {
      if (run.input_step[i] != 0) run.input[i] = on_copies_ ? copied(run.input[i], input_[i]) : moved(run.input[i]);
    });
    for_each_index<O>([&](auto o) {
      if (!Form::stores(o)) return;
      if (on_copies_) run.output[o] = copied_if(add_[o], run.output[o], output_[o]);
      else if (run.output_step[o] != 0) run.output[o] = moved(run.output[o]);
      stored_[o] = on_copies_ ? stored_[o] : run.output[o];
      if (add_[o]) before_[o] = L::load(run.output[o]);
    });
  }

  /// Stores what counts: from the copies, or by taking back what was added to the elements before the tail.
  void store() const {
    for_each_index<O>([&](auto o) {
      if (!Form::stores(o)) return;
      if (on_copies_) std::copy_n(output_[o].data(), valid_, stored_[o]);
      else if (add_[o]) where(counts(), L::load(stored_[o]), before_[o]).store(stored_[o]);
    });
  }

  /// The sums with the elements that count, and the earlier sums elsewhere.
  template <class Sum>
  std::array<Sum, O> choose(const std::array<Sum, O>& after, const std::array<Sum, O>& before) const {
    std::array<Sum, O> sums;
    for_each_index<O>([&](auto o) { sums[o] = where(counts(), after[o], before[o]); });
    return sums;
  }

 private:
  using Elements = std::array<T, static_cast<std::size_t>(L::width)>;

  typename L::Mask counts() const { return on_copies_ ? L::first(valid_) : !L::first(L::width - valid_); }

  template <class Pointer>
  Pointer moved(Pointer end) const {
    return end - (L::width - valid_);
  }

  const T* copied(const T* from, Elements& copy) const {
    T* to = copy.data();
    for (std::ptrdiff_t k = 0; k < L::width; ++k) to[k] = from[std::min(k, valid_ - 1)];
    return to;
  }

  T* copied_if(bool wanted, const T* from, Elements& copy) const {
    if (wanted) std::copy_n(from, valid_, copy.data());
    return copy.data();
  }

  std::ptrdiff_t valid_;
  bool on_copies_;
  std::array<bool, O> add_;
  std::array<T*, O> stored_;
  std::array<L, O> before_;
  std::array<Elements, I> input_;
  std::array<Elements, O> output_{};
};

/// Runs the steps and returns the sums of the results that are not stored. Flattened, so that the formula is inlined
/// here whatever its size and what does not change along the run is computed once; `body` is taken by value, because
/// what a reference leads to could change with every store.
template <class Sum, class L, class Form, class Body, class T, std::size_t I, std::size_t O>
[[gnu::flatten]] std::array<Sum, O> execute(const Body body, Run<T, I, O> run) {
  const bool has_whole_lanes = run.count > 0;
  std::array<L, I> x;
  for (std::size_t i = Form::moving; i < I; ++i) x[i] = L::load(run.input[i]);
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
  if (run.tail == 0) return sums;
  const std::array<Sum, O> before = sums;
  Tail<L, Form, T, I, O> tail(run, has_whole_lanes);
  step<L, Form>(body, run, x, sums);
  tail.store();
  return tail.choose(sums, before);
}

}  // namespace wengert::kernel
