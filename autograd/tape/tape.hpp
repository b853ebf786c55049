#pragma once

#include <autograd/tape/entry.hpp>

#include <deque>
#include <unordered_map>
#include <vector>

namespace wengert {

/// Asks `Tape::gradient` for Vars that are themselves on the tape, so that they can be differentiated again.
struct Recorded {};
inline constexpr Recorded recorded;

struct PassOptions;
template <class T>
class AllOrNothing;

/// The Wengert list (Wengert 1964): what this thread computes while the tape is in scope, in the order of computation.
/// The gradient is one loop over it from the end. A tape in an inner scope records instead of the outer one. What
/// another thread computes is not recorded here: a value that it computes from parameters without a tape or a NoRecord
/// of its own is refused as an operand.
template <class T = float>
class Tape {
 public:
  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// Adds dloss/dp to `p.grad()` of every parameter p that the loss depends on. Throws an Error if the loss is not a
  /// scalar, was not recorded here or depends on what an outer tape recorded, or if a variable was changed after it was
  /// recorded; then no gradient has changed.
  void backward(const Var<T>& loss);

  /// dy/dx for every given variable, y being a scalar; zeros where y does not depend on x, also for a parameter that
  /// this tape has not seen. Touches no `grad()`. Throws an Error if an input is a constant or is on another tape.
  std::vector<Array<T>> gradient(const Var<T>& y, const std::vector<Var<T>>& inputs);
  /// The same as variables on this tape: derivatives of any order.
  std::vector<Var<T>> gradient(const Var<T>& y, const std::vector<Var<T>>& inputs, Recorded);

  /// The pullback of a cotangent of y's shape: cotangent^T dy/dx for every given variable.
  std::vector<Array<T>> pullback(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs);
  std::vector<Var<T>> pullback(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs, Recorded);

  std::size_t size() const { return entries_.size(); }
  const Entry<T>& entry(std::size_t slot) const { return entries_[slot]; }
  /// The path of the Scope in which an entry was recorded, `encoder/first`; empty if there was none.
  const std::string& scope_of(std::size_t slot) const;
  /// The place of a variable on this tape. Throws an Error in the name of `operation` if it is not there.
  std::size_t slot_of(std::string_view operation, const Var<T>& x) const;
  /// Whether this tape has recorded `x`.
  bool has(const Var<T>& x) const { return find(x).has_value(); }

  /// The tape that records on this thread, or null: none is in scope, or a NoRecord pauses it.
  static Tape* recording();
  /// The innermost tape in scope on this thread, also while it is paused; null if there is none.
  static Tape* innermost();

  /// Records an operation with these inputs on this thread's tape and returns its output; `make_operation()` is called
  /// for that. Where no tape records, or no input needs a gradient, the output is a constant.
  template <class MakeOperation>
  static Var<T> record(Array<T> value, std::span<const Var<T>* const> inputs, const MakeOperation& make_operation) {
    if (!needs_operation(inputs)) return unrecorded(std::move(value), inputs);
    return record_operation(make_operation(), std::move(value), inputs);
  }

 private:
  friend class AllOrNothing<T>;
  struct Link;  // of the chain of a thread's tapes, the innermost first

  static Link* innermost_link();
  void take_back(std::size_t before);
  static bool any_requires_grad(std::span<const Var<T>* const> inputs);
  static bool needs_operation(std::span<const Var<T>* const> inputs);
  static Var<T> unrecorded(Array<T>&& value, std::span<const Var<T>* const> inputs);
  static Var<T> record_operation(std::unique_ptr<Operation<T>> operation, Array<T>&& value,
                                 std::span<const Var<T>* const> inputs);
  Var<T> append(std::unique_ptr<Operation<T>> operation, Array<T>&& value, std::span<const Var<T>* const> inputs);
  std::uint32_t this_scope();
  std::optional<std::size_t> find(const Var<T>& x) const;
  std::uint32_t slot_for(const Var<T>& input, std::string_view operation);
  std::size_t record_leaf(const Var<T>& input, std::string_view operation);
  std::optional<std::size_t> target_for(const Var<T>& input, std::string_view operation) const;
  std::vector<Var<T>> pull_back(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs,
                                const PassOptions& options);
  std::vector<std::optional<Var<T>>> adjoints_of(std::size_t end, Var<T> cotangent,
                                                 const std::vector<std::optional<std::size_t>>& targets,
                                                 const PassOptions& options) const;
  static Array<T> taken(Var<T> adjoint);
  static std::vector<Array<T>> arrays(std::vector<Var<T>> adjoints);

  std::uint64_t id_;
  Link* link_;
  std::deque<Entry<T>> entries_;
  std::vector<std::string> scopes_;  // their paths; the first has number 1
  std::uint64_t last_scope_ = 0;     // the number of the Scope that the last path is of
  std::unordered_map<const VarState<T>*, std::size_t> leaves_;
};

/// While it is in scope this thread records nothing.
class NoRecord {
 public:
  NoRecord();
  ~NoRecord();
  NoRecord(const NoRecord&) = delete;
  NoRecord& operator=(const NoRecord&) = delete;

  static bool active();
};

/// Takes back what this thread's tape has recorded since, if an exception ends the scope: for what consists of several
/// operations, of which a later one may be refused.
template <class T>
class AllOrNothing {
 public:
  AllOrNothing();
  ~AllOrNothing();
  AllOrNothing(const AllOrNothing&) = delete;
  AllOrNothing& operator=(const AllOrNothing&) = delete;

 private:
  Tape<T>* tape_;
  std::size_t before_;
  int exceptions_;
};

extern template class Tape<float>;
extern template class Tape<double>;
extern template class AllOrNothing<float>;
extern template class AllOrNothing<double>;

}  // namespace wengert
