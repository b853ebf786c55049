#pragma once

#include <autograd/kernel/folds.hpp>
#include <autograd/kernel/rows.hpp>
#include <autograd/kernel/totals.hpp>

namespace wengert::kernel {

template <class T>
struct Input {
  const T* data;
  const Shape* shape;
};

/// Where a run lies: `at` are the offsets of the arrays at the tile, some rows of the lane loop, that it is part of.
/// Along the lanes a run covers its tile, and the same tile of more lines; otherwise it is one column of lanes,
/// `position` elements into every row.
template <std::size_t Arrays>
struct Tile {
  std::array<std::ptrdiff_t, Arrays> at;
  std::ptrdiff_t rows;
  std::ptrdiff_t position = 0;
  std::ptrdiff_t count;  ///< lanes
  std::ptrdiff_t tail;   ///< elements after them, fewer than a lane
  std::ptrdiff_t valid;  ///< how many elements of each lane there are
  std::ptrdiff_t lines = 1;
};

/// The memory of one piece of a sweep: copies of what no lane can be loaded from, and results on their way to where
/// they belong.
template <class L, class Fold, std::size_t I, std::size_t O>
class Workspace {
 public:
  using T = typename L::Element;
  using Total = typename Fold::Result;
  static constexpr std::ptrdiff_t width = L::width;
  static constexpr std::ptrdiff_t longest_run = 128;

  Workspace(const Plan& plan, const std::array<Input<T>, I>& inputs, const std::array<Output<T>, O>& outputs,
            PieceTotals<T, Total, O>& totals)
      : plan_(plan), inputs_(inputs), outputs_(outputs), totals_(totals) {
    if (plan.is_empty()) return;
    for (std::size_t array = 0; array < I + O; ++array) moves_[array] = plan.moves(array);
    for (std::size_t o = 0; o < O; ++o) {
      folds_rows_[o] = plan.folds_rows(I + o);
      is_summed_[o] = plan.is_summed(I + o);
    }
    for (std::size_t loop = 0; loop < plan.nest().depth(); ++loop) {
      for (std::size_t i = 0; i < I; ++i) strides_.push_back(plan.nest().stride(loop, i));
      for (std::size_t o = 0; o < O; ++o) strides_.push_back(totals.stride(loop, o));
    }
    only_folds_rows_ = O == 1 && folds_rows_[0] && plan.along(I) == Along::by_rows && !outputs[0].add;
    for (std::size_t i = 0; i < I; ++i) only_folds_rows_ = only_folds_rows_ && plan.along(i) != Along::repeats;
  }

  bool is_folded(std::size_t o) const { return totals_.is_folded(o); }
  /// Whether all that a run folds stays in its registers.
  bool folds_in_registers(const Runner<T, Fold, I, O>& runner) const {
    for (std::size_t o = 0; o < O; ++o) {
      if (outputs_[o].data != nullptr && is_summed_[o] && runner.stores(o)) return false;
    }
    return true;
  }

  /// The lines of a run follow each other along a loop; meanwhile what lies some of them ahead is fetched, which no
  /// processor does by itself where they are short and do not follow each other in memory.
  void go_along(std::size_t loop, std::ptrdiff_t lines_ahead) {
    for (std::size_t array = 0; array < I + O; ++array) {
      line_[array] = stride(loop, array);
      ahead_[array] = lines_ahead * line_[array];
    }
  }

  /// Whether the pass does nothing but to fold short rows to one element each, so that lanes can go across them.
  bool only_folds_rows() const { return only_folds_rows_; }

  /// The rows of a piece that begins at `at`.
  ShortRows<T, I> short_rows(const std::array<std::ptrdiff_t, I + O>& at, std::ptrdiff_t rows) const {
    ShortRows<T, I> result;
    result.rows = rows;
    result.row = plan_.row();
    for (std::size_t i = 0; i < I; ++i) {
      result.input[i] = inputs_[i].data + at[i];
      result.input_step[i] = stride(plan_.lane_loop(), i);
      result.moves[i] = plan_.along(i) == Along::advances;
    }
    result.output = outputs_[0].data + at[I];
    result.lost = outputs_[0].lost == nullptr ? nullptr : outputs_[0].lost + at[I];
    result.divisor = outputs_[0].divisor;
    return result;
  }

  /// How far an array, or the totals of one that is folded, advances with one step of a loop.
  std::ptrdiff_t stride(std::size_t loop, std::size_t array) const { return strides_[loop * (I + O) + array]; }

  Run<T, I, O> prepare(const Tile<I + O>& tile, const Runner<T, Fold, I, O>& runner) {
    Run<T, I, O> run;
    run.count = tile.count;
    run.tail = tile.tail;
    run.lines = tile.lines;
    run.line.fill(0);
    run.ahead = ahead_;
    for (std::size_t i = 0; i < I; ++i) prepare_input(run, tile, i);
    for (std::size_t o = 0; o < O; ++o) {
      if (runner.stores(o)) prepare_output(run, tile, o);
    }
    return run;
  }

  /// Takes what a run has folded in registers or stored in this memory to where it belongs.
  void collect(const Tile<I + O>& tile, const Runner<T, Fold, I, O>& runner, const std::array<Fold, O>& folds) {
    for (std::size_t o = 0; o < O; ++o) {
      if (outputs_[o].data == nullptr) continue;
      if (!runner.stores(o)) add_fold(folds[o], tile, o);
      else if (folds_rows_[o]) write_rows(tile, o);
      else if (totals_.is_folded(o)) add_stored(tile, o);
      else if (tile.valid < width) copy_back(tile, o);
    }
  }

 private:
  /// How far an array advances with one step of a run, where it does not go along the lanes.
  std::ptrdiff_t run_stride(std::size_t array) const {
    return plan_.runs_along_lanes() ? 0 : stride(plan_.run_loop(), array);
  }
  std::ptrdiff_t elements(const Tile<I + O>& tile) const { return tile.rows * plan_.row(); }

  /// Points the run at the array itself, or at a copy where lanes are incomplete, repeat elements or are one element.
  void prepare_input(Run<T, I, O>& run, const Tile<I + O>& tile, std::size_t i) {
    const T* from = inputs_[i].data + tile.at[i];
    const std::ptrdiff_t stride = run_stride(i);
    const std::ptrdiff_t steps = stride == 0 ? 1 : tile.count;
    T* copy = scratch_[i].data();
    run.input[i] = copy;
    run.input_step[i] = moves_[i] ? width : 0;
    switch (plan_.along(i)) {
      case Along::stays:
        for (std::ptrdiff_t k = 0; k < steps; ++k) L(typename L::Batch(from[k * stride])).store(copy + k * width);
        return;
      case Along::by_rows:
      case Along::repeats:
        expand(from, tile, i);
        run.input[i] += tile.position;
        return;
      case Along::advances:
        from += tile.position;
        if (tile.valid == width) {
          run.input[i] = from;
          run.line[i] = line_[i];
          if (!plan_.runs_along_lanes()) run.input_step[i] = stride;
        } else {
          for (std::ptrdiff_t k = 0; k < steps; ++k) copy_lane(from + k * stride, tile.valid, copy + k * width);
        }
    }
  }

  static void copy_lane(const T* from, std::ptrdiff_t valid, T* to) {
    for (std::ptrdiff_t k = 0; k < width; ++k) to[k] = from[std::min(k, valid - 1)];
  }

  /// Copies out the rows of an array with repetitions, unless they are there already.
  void expand(const T* from, const Tile<I + O>& tile, std::size_t i) {
    if (expanded_[i].from == from && expanded_[i].rows >= tile.rows) return;
    expanded_[i] = {from, tile.rows};
    const std::span<const std::ptrdiff_t> places = plan_.places(i);
    const std::ptrdiff_t step = stride(plan_.lane_loop(), i), row = plan_.row();
    T* to = scratch_[i].data();
    if (plan_.along(i) == Along::by_rows) {
      repeat_along_rows<L>(from, tile.rows, row, to);
    } else {
      for (std::ptrdiff_t r = 0; r < tile.rows; ++r) {
        for (std::size_t k = 0; k < places.size(); ++k)
          to[r * row + static_cast<std::ptrdiff_t>(k)] = from[r * step + places[k]];
      }
    }
    L(typename L::Batch(to[tile.rows * row - 1])).store(to + tile.rows * row);
  }

  /// Points the run at the array itself, or at memory from which `collect` takes what is folded or incomplete.
  void prepare_output(Run<T, I, O>& run, const Tile<I + O>& tile, std::size_t o) {
    T* copy = scratch_[I + o].data();
    run.output[o] = copy;
    run.output_step[o] = outputs_[o].data == nullptr ? 0 : width;
    run.add[o] = false;
    if (outputs_[o].data == nullptr || is_summed_[o]) return;
    T* to = outputs_[o].data + tile.at[I + o] + tile.position;
    run.add[o] = outputs_[o].add;
    if (tile.valid == width) {
      run.output[o] = to;
      run.line[I + o] = line_[I + o];
      if (!plan_.runs_along_lanes()) run.output_step[o] = run_stride(I + o);
    } else if (run.add[o]) {
      for (std::ptrdiff_t k = 0; k < tile.count; ++k) {
        std::copy_n(to + k * run_stride(I + o), tile.valid, copy + k * width);
      }
    }
  }

  void copy_back(const Tile<I + O>& tile, std::size_t o) const {
    T* to = outputs_[o].data + tile.at[I + o] + tile.position;
    for (std::ptrdiff_t k = 0; k < tile.count; ++k) {
      std::copy_n(scratch_[I + o].data() + k * width, tile.valid, to + k * run_stride(I + o));
    }
  }

  /// Hands the fold of a whole run to the totals.
  void add_fold(const Fold& fold, const Tile<I + O>& tile, std::size_t o) {
    Total* totals = totals_.data(o) + tile.at[I + o];
    switch (plan_.along(I + o)) {
      case Along::stays:
        if (tile.valid == width) return fold.add_to(*totals);
        return fold.add_to(totals, tile.valid, [](std::ptrdiff_t) { return 0; });
      case Along::advances:
        return fold.add_to(totals + tile.position, tile.valid, [](std::ptrdiff_t k) { return k; });
      case Along::by_rows:
      case Along::repeats:
        const std::span<const std::ptrdiff_t> places = plan_.places(I + o);
        const std::ptrdiff_t step = stride(plan_.lane_loop(), I + o), row = plan_.row();
        return fold.add_to(totals, tile.valid, [&](std::ptrdiff_t k) {
          const std::ptrdiff_t element = tile.position + k;
          return element / row * step + places[static_cast<std::size_t>(element % row)];
        });
    }
  }

  /// Hands what a run has stored of an output that is folded to the totals.
  void add_stored(const Tile<I + O>& tile, std::size_t o) {
    const T* terms = scratch_[I + o].data();
    Total* totals = totals_.data(o) + tile.at[I + o];
    if (!moves_[I + o]) {
      add_fold(fold_of(terms, tile), tile, o);
    } else if (!plan_.runs_along_lanes()) {
      for (std::ptrdiff_t k = 0; k < tile.count; ++k) {
        Tile<I + O> lane = tile;
        lane.at[I + o] += k * run_stride(I + o);
        Fold fold;
        fold.add(L::load(terms + k * width));
        add_fold(fold, lane, o);
      }
    } else if (plan_.along(I + o) == Along::advances) {
      for (std::ptrdiff_t k = 0; k < elements(tile); ++k) totals[k].add(terms[k]);
    } else {
      add_rows(tile, o);
    }
  }

  /// The fold of the lanes and the tail that a run has stored.
  Fold fold_of(const T* terms, const Tile<I + O>& tile) const {
    Fold fold;
    for (std::ptrdiff_t k = 0; k < tile.count; ++k) fold.add(L::load(terms + k * width));
    if (tile.tail > 0) {
      const L last = L::load(terms + tile.count * width - (width - tile.tail));
      fold.add(where(L::first(width - tile.tail), L(Fold::neutral), last));
    }
    return fold;
  }

  /// Folds the terms of every row and writes the results. Lanes go across rows.
  void write_rows(const Tile<I + O>& tile, std::size_t o) {
    const std::ptrdiff_t column = turn(tile, o);
    const Output<T>& output = outputs_[o];
    const std::ptrdiff_t step = stride(plan_.lane_loop(), I + o);
    for (const Group& group : plan_.groups(I + o)) {
      for (std::ptrdiff_t r = 0; r < tile.rows; r += width) {
        Fold fold;
        for (const std::ptrdiff_t k : group.elements) fold.add(L::load(turned_.data() + k * column + r));
        const ExactSum<L> result = fold.divided_by(output.divisor);
        const std::ptrdiff_t to = tile.at[I + o] + r * step + group.place;
        write_lane(result.sum, output.data + to, step, tile.rows - r, output.add);
        if (output.lost != nullptr) write_lane(result.error, output.lost + to, step, tile.rows - r, false);
      }
    }
  }

  static void write_lane(const L& lane, T* to, std::ptrdiff_t step, std::ptrdiff_t valid, bool add) {
    if (step == 1 && valid >= width) return (add ? L::load(to) + lane : lane).store(to);
    std::array<T, static_cast<std::size_t>(width)> x;
    lane.store(x.data());
    for (std::ptrdiff_t k = 0; k < std::min(valid, width); ++k) {
      to[k * step] = add ? to[k * step] + x[static_cast<std::size_t>(k)] : x[static_cast<std::size_t>(k)];
    }
  }

  /// Turns the terms of a tile, so that one element each of its rows lie together; returns how far it is from those to
  /// those of the next element, which are whole lanes.
  std::ptrdiff_t turn(const Tile<I + O>& tile, std::size_t o) {
    const std::ptrdiff_t column = (tile.rows + width - 1) / width * width;
    turn_rows<L>(scratch_[I + o].data(), tile.rows, plan_.row(), static_cast<T>(Fold::neutral), turned_.data(), column);
    return column;
  }

  /// Folds the terms of every row, or of all rows where those are folded as well, to totals.
  void add_rows(const Tile<I + O>& tile, std::size_t o) {
    const std::ptrdiff_t column = turn(tile, o);
    Total* totals = totals_.data(o) + tile.at[I + o];
    const std::ptrdiff_t step = stride(plan_.lane_loop(), I + o);
    for (const Group& group : plan_.groups(I + o)) {
      Fold fold;
      for (std::ptrdiff_t r = 0; r < tile.rows; r += width) {
        for (const std::ptrdiff_t k : group.elements) fold.add(L::load(turned_.data() + k * column + r));
        if (step == 0) continue;
        fold.add_to(totals + group.place, tile.rows - r, [&](std::ptrdiff_t k) { return (r + k) * step; });
        fold = Fold();
      }
      if (step == 0) fold.add_to(totals[group.place]);
    }
  }

  struct Expanded {
    const T* from = nullptr;
    std::ptrdiff_t rows = 0;
  };

  const Plan& plan_;
  const std::array<Input<T>, I>& inputs_;
  const std::array<Output<T>, O>& outputs_;
  PieceTotals<T, Total, O>& totals_;
  // What the plan says of the arrays, looked up once.
  std::array<bool, I + O> moves_;
  std::array<bool, O> folds_rows_;
  std::array<bool, O> is_summed_;
  bool only_folds_rows_ = false;
  xt::svector<std::ptrdiff_t, 32> strides_;
  std::array<std::ptrdiff_t, I + O> line_{};
  std::array<std::ptrdiff_t, I + O> ahead_{};
  std::array<Expanded, I> expanded_;
  std::array<std::array<T, static_cast<std::size_t>((longest_run + 3) * width)>, I + O> scratch_;
  std::array<T, static_cast<std::size_t>((longest_run + Plan::least_lanes * width) * width)> turned_;
};

}  // namespace wengert::kernel
