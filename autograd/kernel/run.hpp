#pragma once

#include <autograd/kernel/load_strided.hpp>

#include <array>
#include <utility>

namespace wengert::kernel {

/// How a run treats its arrays, fixed at compile time: the inputs whose bits are set in `Moving` advance along the run
/// and the others stay, loaded once; results whose bits are set in `Stored` are stored at every step, the others folded
/// in registers.
template <unsigned Moving, unsigned Stored>
struct Form {
  static constexpr unsigned moving = Moving;
  static constexpr unsigned stored = Stored;
  static constexpr bool moves(std::size_t input) { return ((Moving >> input) & 1u) != 0; }
  static constexpr bool stores(std::size_t output) { return ((Stored >> output) & 1u) != 0; }
};

/// The bits of all of `Count` arrays.
template <std::size_t Count>
inline constexpr unsigned all = (1u << Count) - 1u;

/// The innermost loops of a sweep: lines of `count` steps, each of one lane, and then `tail` elements, fewer than a
/// lane. What stays along a line stays for all of them.
template <class T, std::size_t I, std::size_t O>
struct Run {
  std::ptrdiff_t lines;
  std::ptrdiff_t count;
  std::ptrdiff_t tail;
  std::array<const T*, I> input;
  std::array<std::ptrdiff_t, I> input_step;
  std::array<T*, O> output;
  std::array<std::ptrdiff_t, O> output_step;
  std::array<std::ptrdiff_t, I + O> line;   ///< from one line to the next
  std::array<std::ptrdiff_t, I + O> ahead;  ///< how much further what is needed soon lies, which is fetched meanwhile
  std::array<bool, O> add;
};

/// Calls f(0), ..., f(Count - 1) with each number known at compile time.
template <std::size_t Count, class F>
void unrolled(const F& f) {
  [&]<std::size_t... K>(std::index_sequence<K...>) { (f(std::integral_constant<std::size_t, K>{}), ...); }
  (std::make_index_sequence<Count>{});
}

/// One step: loads the inputs that move, calls the formula, stores its results or folds them.
template <class L, class Form, class Fold, class Body, class T, std::size_t I, std::size_t O>
void step(const Body& body, Run<T, I, O>& run, std::array<L, I>& x, std::array<Fold, O>& folds) {
  unrolled<I>([&](auto i) {
    if constexpr (Form::moves(i)) {
      x[i] = L::load(run.input[i]);
      __builtin_prefetch(run.input[i] + run.ahead[i]);
      run.input[i] += run.input_step[i];
    }
  });
  const std::array<L, O> y = body(x);
  unrolled<O>([&](auto o) {
    if constexpr (Form::stores(o)) {
      __builtin_prefetch(run.output[o] + run.ahead[I + o], 1);
      const L stored = run.add[o] ? L::load(run.output[o]) + y[o] : y[o];
      stored.store(run.output[o]);
      run.output[o] += run.output_step[o];
    } else {
      folds[o].add(y[o]);
    }
  });
}

/// The last elements of a run, fewer than a lane: they are computed with the elements before them, once more, in a lane
/// that ends where the run ends. What was added to those elements or folded of them is left as it is.
template <class L, class Form, class Fold, class Body, class T, std::size_t I, std::size_t O>
void step_back(const Body& body, Run<T, I, O>& run, std::array<L, I>& x, std::array<Fold, O>& folds) {
  const std::ptrdiff_t back = L::width - run.tail;
  const typename L::Mask is_new = !L::first(back);
  unrolled<I>([&](auto i) {
    if constexpr (Form::moves(i)) x[i] = L::load(run.input[i] - (run.input_step[i] == 0 ? 0 : back));
  });
  const std::array<L, O> y = body(x);
  unrolled<O>([&](auto o) {
    if constexpr (Form::stores(o)) {
      T* to = run.output[o] - (run.output_step[o] == 0 ? 0 : back);
      const L before = L::load(to);
      const L stored = run.add[o] ? where(is_new, before + y[o], before) : y[o];
      stored.store(to);
    } else {
      folds[o].add(where(is_new, y[o], L(Fold::neutral)));
    }
  });
}

template <class Form, class T, std::size_t I, std::size_t O>
void go_to_next_line(Run<T, I, O>& run) {
  unrolled<I>([&](auto i) {
    if constexpr (Form::moves(i)) run.input[i] += run.line[i];
  });
  unrolled<O>([&](auto o) {
    if constexpr (Form::stores(o)) run.output[o] += run.line[I + o];
  });
}

/// Runs the steps and returns the folds of the results that are not stored. The run is copied, because what a reference
/// leads to could change with every store; member by member, so that each part gets a register.
template <class Fold, class L, class Form, class Body, class T, std::size_t I, std::size_t O>
std::array<Fold, O> execute(const Body body, const Run<T, I, O>& of) {
  Run<T, I, O> line{of.lines,  of.count,       of.tail, of.input, of.input_step,
                    of.output, of.output_step, of.line, of.ahead, of.add};
  std::array<L, I> x;
  unrolled<I>([&](auto i) {
    if constexpr (!Form::moves(i)) x[i] = L::load(line.input[i]);
  });
  std::array<Fold, O> folds;
  [[maybe_unused]] std::array<Fold, O> odd;
  for (; line.lines > 0; --line.lines, go_to_next_line<Form>(line)) {
    Run<T, I, O> run = line;
    if constexpr (Form::stored == 0) {  // a second chain of additions, so that one need not wait for the other
      for (; run.count >= 2; run.count -= 2) {
        step<L, Form>(body, run, x, folds);
        step<L, Form>(body, run, x, odd);
      }
    }
    for (; run.count > 0; --run.count) step<L, Form>(body, run, x, folds);
    if (run.tail > 0) step_back<L, Form>(body, run, x, folds);
  }
  if constexpr (Form::stored == 0) {
    for (std::size_t o = 0; o < O; ++o) folds[o].merge(odd[o]);
  }
  return folds;
}

/// The same with the formula inlined whatever its size, so that what does not change along the run is computed once.
template <class Fold, class L, class Form, class Body, class T, std::size_t I, std::size_t O>
[[gnu::flatten]] std::array<Fold, O> execute_inlined(const Body& body, const Run<T, I, O>& run) {
  return execute<Fold, L, Form>(body, run);
}

/// Short rows of `row` elements that are folded to one element each. Inputs that do not move have one for every row.
template <class T, std::size_t I>
struct ShortRows {
  std::ptrdiff_t rows;
  std::ptrdiff_t row;
  std::array<const T*, I> input;
  std::array<std::ptrdiff_t, I> input_step;  ///< from one row to the next
  std::array<bool, I> moves;
  T* output;  ///< of one element for every row
  T* lost;    ///< null or the same, for what was lost when those were rounded
  double divisor;
};

/// Folds short rows. Lanes go across them; the last rows, fewer than a lane, are folded with some before them, once
/// more. The rows are told by value, because what a reference leads to could change with every store.
template <class Fold, class L, class Body, class T, std::size_t I>
void fold_rows(const Body body, const ShortRows<T, I> of) {
  const std::ptrdiff_t rows = of.rows, row = of.row;
  const double divisor = of.divisor;
  const std::array<bool, I> moves = of.moves;
  std::array<std::size_t, I> step;
  unrolled<I>([&](auto i) { step[i] = static_cast<std::size_t>(of.input_step[i]); });
  for (std::ptrdiff_t begin = 0; begin < rows; begin += L::width) {
    const std::ptrdiff_t r = std::min(begin, rows - L::width);
    std::array<const T*, I> from;
    std::array<L, I> x;
    unrolled<I>([&](auto i) {
      from[i] = of.input[i] + r * of.input_step[i];
      if (!moves[i]) x[i] = load_strided<L>(from[i], step[i]);
    });
    Fold fold;
    for (std::ptrdiff_t k = 0; k < row; ++k) {
      unrolled<I>([&](auto i) {
        if (moves[i]) x[i] = load_strided<L>(from[i] + k, step[i]);
      });
      fold.add(body(x)[0]);
    }
    const auto result = fold.divided_by(divisor);
    result.sum.store(of.output + r);
    if (of.lost != nullptr) result.error.store(of.lost + r);
  }
}

/// The innermost loop of one formula, as a sweep calls it.
template <class T, class Fold, std::size_t I, std::size_t O>
class Runner {
 public:
  Runner(unsigned stored, bool can_fold) : stored_(stored), can_fold_(can_fold) {}
  virtual ~Runner() = default;

  virtual std::array<Fold, O> operator()(const Run<T, I, O>& run) const = 0;
  /// Folds at least as many short rows as a lane has elements.
  virtual void fold(const ShortRows<T, I>& rows) const = 0;
  /// Whether `fold` can be called: the formula has one result, which is meant to be folded.
  bool can_fold() const { return can_fold_; }
  bool stores(std::size_t output) const { return ((stored_ >> output) & 1u) != 0; }

 private:
  unsigned stored_;
  bool can_fold_;
};

/// All that is compiled for every formula and form.
template <class Form, bool Inlined, bool CanFold, class L, class Fold, class Body, class T, std::size_t I,
          std::size_t O>
class FormulaRunner final : public Runner<T, Fold, I, O> {
 public:
  explicit FormulaRunner(const Body& body) : Runner<T, Fold, I, O>(Form::stored, CanFold), body_(body) {}

  std::array<Fold, O> operator()(const Run<T, I, O>& run) const override {
    if constexpr (Inlined) return execute_inlined<Fold, L, Form>(body_, run);
    else return execute<Fold, L, Form>(body_, run);
  }
  void fold([[maybe_unused]] const ShortRows<T, I>& rows) const override {
    if constexpr (CanFold) fold_rows<Fold, L>(body_, rows);
  }

 private:
  const Body body_;
};

}  // namespace wengert::kernel
