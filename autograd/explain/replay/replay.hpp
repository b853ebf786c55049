#pragma once

#include <autograd/explain/replay/snapshot.hpp>
#include <autograd/tape/tape.hpp>

namespace wengert {

/// A formula in each of the notations that a view may want.
struct Notation {
  std::string text;
  std::string latex;
  std::string mathml;
};

/// What a formula reads: a variable of the tape, or a constant.
struct ReplayOperand {
  Notation name;
  std::optional<std::size_t> slot;  ///< none for a constant
  SharedSnapshot value;
};

/// A small constant that a formula adds to a variable, as ε in √(σ² + ε).
struct ReplayEpsilon {
  std::size_t slot;  ///< of the variable
  double value;
};

/// Where a program names a variable.
struct ReplayLine {
  std::string file;  ///< without its folders
  unsigned number = 0;
  std::string text;  ///< empty if the file is not there
};

/// An entry of the tape, with what it has computed.
struct ForwardStep {
  Notation name;
  Notation adjoint;                 ///< the name of its adjoint, dx
  std::string operation;            ///< "parameter" or "recorded by an outer tape" for a leaf
  std::optional<Notation> formula;  ///< none for a leaf
  std::vector<ReplayOperand> operands;
  SharedSnapshot value;
  std::string scope;               ///< in which it was recorded, `1.BatchNorm1d`; empty for none
  std::optional<ReplayLine> line;  ///< none if the program has not named it
  std::vector<ReplayEpsilon> epsilons = {};
};

/// Whether a contribution changes anything.
enum class Vanishing { no, exactly, to_rounding };

/// One contribution to one adjoint. An operand that occurs twice in its operation, as in x · x, gets two.
struct BackwardStep {
  std::optional<std::size_t> through = std::nullopt;  ///< the slot of the operation; none for the first step
  std::size_t operand = 0;                            ///< which operand of the operation it is for
  std::size_t target = 0;                             ///< the slot of that operand
  Notation rule = {};                                 ///< the contribution as a formula
  std::vector<ReplayOperand> reads = {};              ///< what occurs in it beside the incoming adjoint
  SharedSnapshot incoming = nullptr;  ///< the adjoint of the operation's output; null for the first step
  SharedSnapshot before = nullptr;    ///< the adjoint of the target; null if nothing had reached it
  SharedSnapshot contribution = nullptr;
  SharedSnapshot after = nullptr;
  Vanishing vanishing = Vanishing::no;
  std::string why = {};  ///< the reason, if it vanishes

  /// Whether it becomes the adjoint, instead of being added to it.
  bool is_first() const { return before == nullptr; }
};

/// What a tape has computed and how its backward pass went, as data: the one record that steppers, pages, pictures and
/// comparisons read. It shares nothing with the tape.
struct Replay {
  std::vector<ForwardStep> forward;    ///< by slot, to the loss, which is the last
  std::vector<BackwardStep> backward;  ///< in the order in which it ran
  std::size_t element_size;            ///< of its arrays, in bytes: 4 for float, 8 for double

  std::size_t size() const { return forward.size() + backward.size(); }
  /// The whole adjoint of every slot; null where nothing has reached it.
  std::vector<SharedSnapshot> adjoints() const;
  /// That of one slot.
  SharedSnapshot adjoint(std::size_t slot) const { return adjoints()[slot]; }
};

struct ReplayOptions {
  /// An array with more elements is summarised.
  std::size_t largest_whole = 512;
};

/// Runs the backward pass from a scalar loss to every parameter, as `tape.backward(loss)` does, and writes down each
/// step. No gradient changes. Throws an Error if the loss is no scalar or was not recorded here, or if a variable was
/// changed after it was recorded.
template <class T>
Replay replay(const Tape<T>& tape, const Var<T>& loss, ReplayOptions options = {});

/// The same for y of any shape, from a cotangent of that shape, as `tape.pullback` does.
template <class T>
Replay replay(const Tape<T>& tape, const Var<T>& y, const std::type_identity_t<Var<T>>& cotangent,
              ReplayOptions options = {});

}  // namespace wengert
