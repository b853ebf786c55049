#pragma once

#include <autograd/arrays/for_each_index.hpp>
#include <autograd/kernel/pass.hpp>
#include <autograd/kernel/workspace.hpp>

namespace wengert::kernel {

/// One piece of a sweep: its loops around the innermost one.
template <class L, class Fold, std::size_t I, std::size_t O>
class PieceOfSweep {
 public:
  using T = typename L::Element;

  PieceOfSweep(const Plan& plan, const Piece& piece, Workspace<L, Fold, I, O>& workspace,
               const Runner<T, Fold, I, O>& runner)
      : plan_(plan), piece_(piece), workspace_(workspace), runner_(runner) {}

  void operator()() {
    find_lines();
    xt::svector<std::ptrdiff_t, 4> outer(plan_.run_loop());
    for (std::size_t loop = 0; loop < outer.size(); ++loop) outer[loop] = loop == line_loop_ ? 1 : extent(loop);
    const std::array<std::ptrdiff_t, I + O> begin = beginning();
    for_each_index(outer, [&](const auto& index) {
      std::array<std::ptrdiff_t, I + O> at = begin;
      for (std::size_t loop = 0; loop < index.size(); ++loop) advance(at, loop, index[loop]);
      if (line_loop_) run_lines(at);
      else run_tiles(at);
    });
  }

 private:
  static constexpr std::ptrdiff_t width = L::width;
  static constexpr std::ptrdiff_t longest_run = Workspace<L, Fold, I, O>::longest_run;
  static constexpr std::ptrdiff_t lanes_ahead = 64;  // a fetch takes as long as some tens of lanes

  std::ptrdiff_t extent(std::size_t loop) const {
    return loop == piece_.loop ? piece_.end - piece_.begin : plan_.nest().extent(loop);
  }

  /// Where the piece begins; the totals are its own.
  std::array<std::ptrdiff_t, I + O> beginning() const {
    std::array<std::ptrdiff_t, I + O> at;
    for (std::size_t array = 0; array < I + O; ++array) {
      const bool is_total = array >= I && workspace_.is_folded(array - I);
      at[array] = is_total ? 0 : piece_.begin * plan_.nest().stride(piece_.loop, array);
    }
    return at;
  }

  /// Several short lines make up a run, if the plan has such and nothing is folded in memory. What lies some lanes
  /// ahead is fetched meanwhile, which no processor does by itself where lines do not follow each other in memory.
  void find_lines() {
    const std::ptrdiff_t lanes = lanes_of_line();
    if (!plan_.runs_along_lanes() || lanes > longest_run) return;
    if (plan_.line_loop() && 2 * lanes <= longest_run && workspace_.folds_in_registers(runner_)) {
      line_loop_ = plan_.line_loop();
      return workspace_.go_along(*line_loop_, (lanes_ahead + lanes - 1) / lanes);
    }
    std::size_t loop = plan_.lane_loop();
    while (loop > 0 && extent(loop - 1) == 1) --loop;
    if (loop > 0) workspace_.go_along(loop - 1, 1);
  }

  std::ptrdiff_t lanes_of_line() const { return (extent(plan_.lane_loop()) * plan_.row() + width - 1) / width; }

  void run_lines(std::array<std::ptrdiff_t, I + O> at) {
    const std::ptrdiff_t most = longest_run / lanes_of_line();
    for (std::ptrdiff_t rest = extent(*line_loop_); rest > 0; rest -= most) {
      run_along_lanes(at, extent(plan_.lane_loop()), std::min(rest, most));
      advance(at, *line_loop_, most);
    }
  }

  /// Goes along the lane loop in tiles of as many rows as the workspace has room for.
  void run_tiles(std::array<std::ptrdiff_t, I + O> at) {
    if (runner_.can_fold() && workspace_.only_folds_rows() && extent(plan_.lane_loop()) >= width)
      return runner_.fold(workspace_.short_rows(at, extent(plan_.lane_loop())));
    std::ptrdiff_t most = longest_run * width / plan_.row();
    if (most > width) most -= most % width;
    for (std::ptrdiff_t rest = extent(plan_.lane_loop()); rest > 0;) {
      const bool is_last = rest <= most || (plan_.row() == 1 && rest < most + width);
      const std::ptrdiff_t rows = is_last ? rest : most;
      if (plan_.runs_along_lanes()) run_along_lanes(at, rows);
      else run_along_columns(at, rows);
      advance(at, plan_.lane_loop(), rows);
      rest -= rows;
    }
  }

  void run_along_lanes(const std::array<std::ptrdiff_t, I + O>& at, std::ptrdiff_t rows, std::ptrdiff_t lines = 1) {
    const std::ptrdiff_t elements = rows * plan_.row();
    const bool is_short = elements < width;
    run({.at = at,
         .rows = rows,
         .position = 0,
         .count = is_short ? 1 : elements / width,
         .tail = is_short ? 0 : elements % width,
         .valid = std::min(width, elements),
         .lines = lines});
  }

  void run_along_columns(std::array<std::ptrdiff_t, I + O> at, std::ptrdiff_t rows) {
    const std::ptrdiff_t elements = rows * plan_.row();
    for (std::ptrdiff_t rest = extent(plan_.run_loop()); rest > 0; rest -= longest_run) {
      for (std::ptrdiff_t position = 0; position < elements; position += width) {
        run({.at = at,
             .rows = rows,
             .position = position,
             .count = std::min(longest_run, rest),
             .tail = 0,
             .valid = std::min(width, elements - position)});
      }
      advance(at, plan_.run_loop(), longest_run);
    }
  }

  void advance(std::array<std::ptrdiff_t, I + O>& at, std::size_t loop, std::ptrdiff_t steps) const {
    for (std::size_t array = 0; array < I + O; ++array) at[array] += steps * workspace_.stride(loop, array);
  }

  void run(const Tile<I + O>& tile) {
    const Run<T, I, O> run = workspace_.prepare(tile, runner_);
    workspace_.collect(tile, runner_, runner_(run));
  }

  const Plan& plan_;
  Piece piece_;
  Workspace<L, Fold, I, O>& workspace_;
  const Runner<T, Fold, I, O>& runner_;
  std::optional<std::size_t> line_loop_;
};

/// One pass over a space: calls `body` with a lane of every input, for every element, and stores or folds its results.
/// The loops are arranged so that the innermost one, a `run`, meets as many operands as possible that do not change. No
/// output may overlap an input: the last elements of a run are computed together with some before them, once more.
template <class L, class Fold, std::size_t I, std::size_t O>
class Sweep final : public Pass<typename L::Element> {
 public:
  using T = typename L::Element;

  Sweep(const Shape& space, const std::array<Input<T>, I>& inputs, const std::array<Output<T>, O>& outputs)
      : inputs_(inputs), outputs_(outputs), plan_(space, shapes(inputs, outputs), I, L::width) {}
  Sweep(const Sweep&) = delete;  // totals refer to it
  Sweep& operator=(const Sweep&) = delete;

  /// Takes the fast form of the formula if it fits these arrays, a more general one otherwise.
  template <class Fast, class Body>
  void prepare(const Body& body) {
    using Folding = Form<all<I>, O == 1 ? Fast::stored : all<O>>;
    using General = Form<all<I>, all<O>>;
    if (fits<Fast>()) return use<Fast, true, false>(body);
    if constexpr (!std::same_as<Folding, Fast> && !std::same_as<Folding, General>) {
      if (fits<Folding>()) return use<Folding, false, false>(body);
    }
    if constexpr (!std::same_as<General, Fast>) use<General, false, O == 1 && Fast::stored == 0>(body);
  }

  /// Prepares and runs all of it.
  template <class Fast, class Body>
  void operator()(const Body& body) {
    prepare<Fast>(body);
    this->run_all();
  }

  const Cut& cut() const override { return plan_.cut(); }
  bool cut_like(const Cut& cut) override { return plan_.cut_like(cut); }

  bool merges_into(const T* array) const override {
    for (std::size_t o = 0; o < O; ++o) {
      if (outputs_[o].data == array && !plan_.is_in_one_piece(I + o)) return true;
    }
    return false;
  }

  void start() override {
    totals_.clear();
    totals_.reserve(plan_.pieces());
    for (std::size_t k = 0; k < plan_.pieces(); ++k) totals_.emplace_back(plan_, plan_.piece(k), I, outputs_);
  }

  void run(std::size_t piece) override {
    Workspace<L, Fold, I, O> workspace(plan_, inputs_, outputs_, totals_[piece]);
    if (!plan_.is_empty()) PieceOfSweep<L, Fold, I, O>(plan_, plan_.piece(piece), workspace, *runner_)();
    totals_[piece].write_own();
    if (plan_.pieces() == 1) totals_[piece].write_shared();
  }

  void finish() override {
    if (plan_.pieces() == 1) return;
    for (std::size_t k = 1; k < totals_.size(); ++k) totals_[0].merge(totals_[k]);
    totals_[0].write_shared();
  }

 private:
  using Totals = PieceTotals<T, typename Fold::Result, O>;
  static std::array<const Shape*, I + O> shapes(const std::array<Input<T>, I>& inputs,
                                                const std::array<Output<T>, O>& outputs) {
    std::array<const Shape*, I + O> result;
    for (std::size_t i = 0; i < I; ++i) result[i] = inputs[i].shape;
    for (std::size_t o = 0; o < O; ++o) result[I + o] = outputs[o].shape;
    return result;
  }

  template <class Form, bool Inlined, bool CanFold, class Body>
  void use(const Body& body) {
    runner_ = std::make_unique<FormulaRunner<Form, Inlined, CanFold, L, Fold, Body, T, I, O>>(body);
  }

  template <class Form>
  bool fits() const {
    if (plan_.is_empty()) return true;
    for (std::size_t i = 0; i < I; ++i) {
      if (!Form::moves(i) && plan_.moves(i)) return false;
    }
    for (std::size_t o = 0; o < O; ++o) {
      const bool is_folded = outputs_[o].data == nullptr || (plan_.is_summed(I + o) && !plan_.moves(I + o));
      if (!Form::stores(o) && !is_folded) return false;
    }
    return true;
  }

  std::array<Input<T>, I> inputs_;
  std::array<Output<T>, O> outputs_;
  Plan plan_;
  std::unique_ptr<const Runner<T, Fold, I, O>> runner_;
  std::vector<Totals> totals_;
};

}  // namespace wengert::kernel
