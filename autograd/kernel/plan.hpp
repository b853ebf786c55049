#pragma once

#include <autograd/kernel/loop_nest.hpp>

#include <optional>
#include <vector>

namespace wengert::kernel {

/// How an array lies along the lanes of a pass: one element for all of them, one element after the other, one for every
/// row, or with other repetitions. Where lanes go along rows, the last two are copied out before they are loaded.
enum class Along : unsigned char { stays, advances, by_rows, repeats };

/// The elements of one row that are one element of an array.
struct Group {
  std::ptrdiff_t place;
  std::vector<std::ptrdiff_t> elements;
};

/// A part of one loop of a pass, for one thread at a time.
struct Piece {
  std::size_t loop;
  std::ptrdiff_t begin;
  std::ptrdiff_t end;
};

/// How the space of a pass is cut into pieces: one loop of `extent` steps, of `inner` elements each, at multiples of
/// `unit` steps. The pieces of two passes that are cut alike have the same elements.
struct Cut {
  std::size_t pieces = 1;
  std::ptrdiff_t extent = 1;
  std::ptrdiff_t inner = 1;
  std::ptrdiff_t unit = 1;
  bool operator==(const Cut&) const = default;
};

/// How one pass over a space is run. It follows from the shapes and the width of a lane alone, so that neither the
/// formula nor the number of threads has a say in what is added to what.
///
/// Lanes go along the last loop. Where that is short they go along the loop around it as well: the short loops make up
/// a `row`, and one step of the lane loop is one row. A run goes along the lanes, or along the loop around the lane
/// loop, from row to row of a matrix, where that keeps more arrays unchanged.
class Plan {
 public:
  /// A run costs as much as some tens of lanes of a simple formula, so that loops are joined until there are this many.
  static constexpr std::ptrdiff_t least_lanes = 8;

  /// `arrays` are the shapes of the `inputs` inputs and, after them, of the outputs; all broadcast to `space`.
  Plan(const Shape& space, std::span<const Shape* const> arrays, std::size_t inputs, std::ptrdiff_t width);

  const LoopNest& nest() const { return nest_; }
  bool is_empty() const { return elements_ == 0; }
  std::size_t lane_loop() const { return lane_loop_; }
  std::size_t run_loop() const { return run_loop_; }
  bool runs_along_lanes() const { return run_loop_ == lane_loop_; }
  /// The loop along which short lines follow each other for which all stays that stays along the lanes.
  std::optional<std::size_t> line_loop() const { return line_loop_; }
  /// The elements of one step of the lane loop: 1, or less than `least_lanes` lanes.
  std::ptrdiff_t row() const { return row_; }
  Along along(std::size_t array) const { return along_[array]; }
  bool has_repetitions(std::size_t array) const { return along(array) >= Along::by_rows; }
  /// Where the elements of one row lie in an array with repetitions.
  std::span<const std::ptrdiff_t> places(std::size_t array) const { return places_[array]; }
  /// The same the other way round: for each place its elements of the row.
  std::span<const Group> groups(std::size_t array) const { return groups_[array]; }
  /// Whether a run meets more than one lane of the array.
  bool moves(std::size_t array) const;
  /// Whether an output has fewer elements than the space, so that writing to it is a sum.
  bool is_summed(std::size_t array) const { return is_empty() || nest_.is_broadcast(array); }

  /// Whether an output is folded within rows only, so that a run along the lanes has all that is folded to an element.
  bool folds_rows(std::size_t array) const;

  /// The pieces of the pass, by shape alone. What they sum is merged in their order.
  std::size_t pieces() const { return cut_.pieces; }
  Piece piece(std::size_t number) const;
  const Cut& cut() const { return cut_; }
  /// Cuts this pass as another one, if it has such a loop and sums nothing, so that no bit depends on how it is cut.
  bool cut_like(const Cut& cut);
  /// Whether all that is folded to an element of an output is in one piece.
  bool is_in_one_piece(std::size_t output) const;

 private:
  void choose_lanes(std::ptrdiff_t width);
  bool keeps_an_array() const;
  std::optional<std::size_t> find_line_loop() const;
  void find_rows();
  void choose_run();
  void choose_pieces();
  bool keeps_groups_whole(std::size_t loop) const;
  std::size_t most_pieces(std::size_t loop) const;
  void cut_along(std::size_t loop, std::size_t pieces);
  std::ptrdiff_t inner_elements(std::size_t loop) const;
  std::ptrdiff_t granule(std::size_t loop) const;

  LoopNest nest_;
  std::size_t inputs_;
  std::size_t arrays_;
  std::ptrdiff_t elements_;
  std::size_t lane_loop_ = 0;
  std::size_t run_loop_ = 0;
  std::optional<std::size_t> line_loop_;
  std::size_t cut_loop_ = 0;
  Cut cut_;
  std::ptrdiff_t row_ = 1;
  xt::svector<Along, 18> along_;
  std::vector<std::vector<std::ptrdiff_t>> places_;
  std::vector<std::vector<Group>> groups_;
};

}  // namespace wengert::kernel
