#pragma once

#include <autograd/arrays/allocator.hpp>
#include <autograd/kernel/folds.hpp>
#include <autograd/kernel/plan.hpp>

namespace wengert::kernel {

/// Where one result of a sweep goes. An array that is smaller than the space receives the fold over its broadcast axes.
template <class T>
struct Output {
  T* data = nullptr;             ///< null if nobody wants this result
  const Shape* shape = nullptr;  ///< broadcasts to the space
  bool add = false;              ///< adds to what is there instead of overwriting it
  double divisor = 1.0;          ///< sums are divided by it
  T* lost = nullptr;             ///< null, or receives what each fold has lost when it was rounded to an element
};

/// What one piece of a pass folds of every output that has fewer elements than the space. Where the output differs
/// along the loop that is cut, the piece has the totals of its part to itself; otherwise those of all pieces are
/// merged.
template <class T, class Total, std::size_t O>
class PieceTotals {
 public:
  /// In the plan, the outputs come after `inputs` other arrays.
  PieceTotals(const Plan& plan, const Piece& piece, std::size_t inputs, const std::array<Output<T>, O>& outputs)
      : plan_(&plan), piece_(piece), inputs_(inputs), outputs_(&outputs) {
    for (std::size_t o = 0; o < O; ++o) {
      is_folded_[o] = outputs[o].data != nullptr && plan.is_summed(inputs + o) && !plan.folds_rows(inputs + o);
      if (is_folded(o)) totals_[o].resize(element_count(*outputs[o].shape) / extent_of_cut(o) * extent_of_piece(o));
    }
  }

  /// Whether an output is folded to totals: where single rows are folded, none are needed.
  bool is_folded(std::size_t o) const { return is_folded_[o]; }
  Total* data(std::size_t o) { return totals_[o].data(); }

  /// How far the totals of an output, or the output itself if it is not folded, advance with one step of a loop.
  std::ptrdiff_t stride(std::size_t loop, std::size_t o) const {
    const std::ptrdiff_t stride = plan_->nest().stride(loop, inputs_ + o);
    if (loop >= piece_.loop || !is_folded(o)) return stride;
    return stride / static_cast<std::ptrdiff_t>(extent_of_cut(o)) * static_cast<std::ptrdiff_t>(extent_of_piece(o));
  }

  /// Merges what the next piece has folded to the places that the pieces share.
  void merge(const PieceTotals& next) {
    for (std::size_t o = 0; o < O; ++o) {
      if (!is_folded(o) || is_own(o)) continue;
      for (std::size_t k = 0; k < totals_[o].size(); ++k) totals_[o][k].merge(next.totals_[o][k]);
    }
  }

  /// Writes the totals that this piece has to itself, which may be a part of every block of an output.
  void write_own() const {
    for (std::size_t o = 0; o < O; ++o) {
      if (!is_folded(o) || !is_own(o)) continue;
      const auto step = static_cast<std::size_t>(plan_->nest().stride(piece_.loop, inputs_ + o));
      const std::size_t length = step * extent_of_piece(o);
      std::size_t to = step * static_cast<std::size_t>(piece_.begin);
      for (std::size_t k = 0; k < totals_[o].size(); k += length, to += step * extent_of_cut(o))
        write(o, k, length, to);
    }
  }

  /// Writes the totals that the pieces share.
  void write_shared() const {
    for (std::size_t o = 0; o < O; ++o) {
      if (is_folded(o) && !is_own(o)) write(o, 0, totals_[o].size(), 0);
    }
  }

 private:
  bool is_own(std::size_t o) const { return !plan_->is_empty() && plan_->nest().stride(piece_.loop, inputs_ + o) != 0; }
  std::size_t extent_of_cut(std::size_t o) const {
    return is_own(o) ? static_cast<std::size_t>(plan_->nest().extent(piece_.loop)) : 1;
  }
  std::size_t extent_of_piece(std::size_t o) const {
    return is_own(o) ? static_cast<std::size_t>(piece_.end - piece_.begin) : 1;
  }

  void write(std::size_t o, std::size_t first, std::size_t length, std::size_t to) const {
    const Output<T>& output = (*outputs_)[o];
    for (std::size_t k = 0; k < length; ++k) {
      const ExactSum<T> total = rounded<T>(totals_[o][first + k].divided_by(output.divisor));
      output.data[to + k] = output.add ? output.data[to + k] + total.sum : total.sum;
      if (output.lost != nullptr) output.lost[to + k] = total.error;
    }
  }

  const Plan* plan_;
  Piece piece_;
  std::size_t inputs_;
  const std::array<Output<T>, O>* outputs_;
  std::array<bool, O> is_folded_;
  std::array<std::vector<Total, RecyclingAllocator<Total>>, O> totals_;
};

}  // namespace wengert::kernel
