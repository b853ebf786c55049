#pragma once

#include <autograd/tape/tape.hpp>

namespace wengert {

/// The way of a backward pass: from one entry of a tape back through all that lie on a way from the targets to it.
template <class T>
class BackwardWalk {
 public:
  /// Slots behind `end` are no targets: `end` does not depend on them.
  BackwardWalk(const Tape<T>& tape, std::size_t end, const std::vector<std::size_t>& targets);

  /// Goes to the next entry to pull back through: one that is needed and that `is_reached(slot)` says has an adjoint.
  /// False if there is none left.
  template <class Reached>
  bool next(const Reached& is_reached) {
    while (slot_ > 0) {
      --slot_;
      if (is_needed(slot_) && !tape_->entry(slot_).is_leaf() && is_reached(slot_)) return true;
    }
    return false;
  }

  std::size_t slot() const { return slot_; }
  /// Whether the adjoint of a slot is wanted as a result.
  bool is_target(std::size_t slot) const { return needs_[slot] == Need::result; }
  /// Whether the adjoint of a slot is wanted, as a result or on the way to one.
  bool is_needed(std::size_t slot) const { return needs_[slot] != Need::nothing; }
  bool wants(const Operand<T>& operand) const { return !operand.is_constant() && is_needed(operand.slot); }

 private:
  enum class Need : unsigned char { nothing, passing, result };

  const Tape<T>* tape_;
  std::vector<Need> needs_;
  std::size_t slot_;
};

/// Throws an Error in the name of `operation` if an operand of a recorded operation, or its output, was changed since.
template <class T>
void require_unchanged(const Entry<T>& entry, std::string_view operation);

struct PassOptions {
  /// Whether the adjoints are variables on the recording tape, so that they can be differentiated again.
  bool recorded = false;
  /// Gives the adjoint of x the name dx, and keeps the adjoints that others are computed from, for whoever looks.
  bool watched = false;
  /// Who asks, for error messages.
  std::string_view operation = "backward";
};

/// The backward pass as an object: reverse mode as in Griewank and Walther (2008), section 3.2, one entry at a time.
///   BackwardPass<double> pass(tape, tape.slot_of("loss", loss), Var<double>(1.0), {tape.slot_of("w", w)});
///   while (pass.step()) look_at(pass.slot());
/// or, where nobody looks, `pass.run()`.
template <class T>
class BackwardPass {
 public:
  /// From the entry in slot `end`, whose adjoint is `cotangent`, to the slots in `targets`. Throws an Error if
  /// the cotangent has another shape than the entry, or a variable on the way was changed after it was recorded.
  BackwardPass(const Tape<T>& tape, std::size_t end, Var<T> cotangent, const std::vector<std::size_t>& targets,
               PassOptions options = {});

  /// Pulls back through one entry, from the end; false when there is none left.
  bool step();
  /// Takes all steps that are left. Neighbouring ones that go over the same groups of elements, as those of a batch
  /// norm, are taken together, group by group, which gives the same bits.
  void run();
  /// The entry that the last step went through.
  std::size_t slot() const { return walk_.slot(); }
  /// The adjoint of a slot; null if nothing has reached it, or if it was only needed on the way to others and is gone.
  const Var<T>* adjoint(std::size_t slot) const;

 private:
  enum class Together : bool { no, yes };

  bool step(Together together);
  void check_versions(std::size_t end) const;
  std::vector<Target<T>> targets_of(const Entry<T>& entry);
  bool pull_back_later(const Entry<T>& entry, const Var<T>& g, std::vector<Target<T>>& targets);
  void run_waiting();
  void settle(const Entry<T>& entry);
  void check_adjoints(const Entry<T>& entry) const;
  void name_adjoints(const Entry<T>& entry);
  void stop_at_adjoints(const Entry<T>& entry) const;

  /// The contribution to an operand that occurs in its operation a second time, as in x * x: one kernel must not write
  /// to one place for two operands.
  struct Again {
    std::size_t operand;
    std::optional<Var<T>> contribution;
  };

  const Tape<T>* tape_;
  BackwardWalk<T> walk_;
  PassOptions options_;
  std::vector<std::optional<Var<T>>> adjoints_;
  std::vector<bool> has_target_;  // of the slots of one entry's operands
  std::vector<Again> again_;

  /// An entry whose pass waits for others, with the cotangent that it reads.
  struct Waiting {
    const Entry<T>* entry;
    Var<T> cotangent;
  };
  kernel::PassesTogether<T> passes_;
  std::vector<Waiting> waiting_;
};

extern template class BackwardWalk<float>;
extern template class BackwardWalk<double>;
extern template class BackwardPass<float>;
extern template class BackwardPass<double>;

}  // namespace wengert
