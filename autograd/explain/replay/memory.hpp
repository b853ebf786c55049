#pragma once

#include <autograd/explain/replay/replay.hpp>

namespace wengert {

/// What the value of an entry takes, and how long it is needed.
struct MemoryRow {
  std::string variable;
  Shape shape;
  std::size_t bytes;
  std::size_t written;                   ///< the step that computes it, as the steppers count
  std::optional<std::size_t> last_read;  ///< the last step that reads it; none if none does
  bool is_leaf;                          ///< whether the program holds it anyway
};

/// The memory that a tape holds for values, and its backward pass for adjoints. Adjoints count as whole arrays; what a
/// kernel needs for itself is not counted.
struct MemoryUse {
  std::vector<MemoryRow> rows;    ///< by slot
  std::size_t values = 0;         ///< bytes of all of them, which the tape keeps to its end
  std::size_t leaves = 0;         ///< bytes of those that the program holds anyway
  std::size_t not_read_back = 0;  ///< bytes of those, without leaves, that no step of the backward pass reads
  std::size_t peak = 0;           ///< bytes of values and adjoints, at most
  std::size_t peak_step = 0;      ///< the step where that is

  /// A line for each entry, and the sums.
  std::string text() const;
};

MemoryUse memory_use(const Replay& replay);

}  // namespace wengert
