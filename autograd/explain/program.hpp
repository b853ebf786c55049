#pragma once

#include <autograd/base/text_formatter.hpp>
#include <autograd/explain/evaluate.hpp>
#include <autograd/explain/names.hpp>

#include <iosfwd>

namespace wengert {

/// One line of a tape as data: a leaf, which has no formula, or a formula in terms of the names above it.
struct ForwardLine {
  std::string target;
  Shape shape;
  std::optional<Symbol> formula;
  bool is_parameter = false;
};

/// What a tape has computed as formulas, in the order in which it ran.
struct Program {
  std::vector<ForwardLine> lines;
  std::vector<explain::NamedConstant> constants;
};

/// The formulas of everything that a tape has recorded.
template <class T>
Program program(const Tape<T>& tape);

/// The values of a tape by the names that its programs give them. Throws an Error if one was changed after it was
/// recorded.
template <class T>
explain::Values values_of(const Tape<T>& tape);

/// One line of a derived backward pass: `target = formula`, or `target += formula` for a later contribution.
struct AdjointLine {
  std::string target;    ///< the adjoint's name, dx
  std::string variable;  ///< the name of what it is the adjoint of, x
  bool accumulates;
  Symbol formula;
  Shape shape;       ///< of the target; a formula that is smaller is broadcast to it
  std::string note;  ///< why the formula is unknown, where it is
};

/// The backward pass of a tape as formulas, in the order in which it runs.
class AdjointProgram {
 public:
  explicit AdjointProgram(std::vector<AdjointLine> lines, std::vector<explain::NamedConstant> constants = {})
      : lines_(std::move(lines)), constants_(std::move(constants)) {}

  const std::vector<AdjointLine>& lines() const& { return lines_; }
  std::vector<AdjointLine> lines() && { return std::move(lines_); }
  /// The constants that occur in the lines, by the names that they have there.
  const std::vector<explain::NamedConstant>& constants() const& { return constants_; }
  std::vector<explain::NamedConstant> constants() && { return std::move(constants_); }

  /// One line each, `dμ += -sum{0}(γ · dy · rsqrt(σ² + ε))  # (1, 3)`, with aligned columns. What occurs several times
  /// in a long formula has a line of its own above it; unnamed constants are listed at the end. Steps of a loop, four
  /// and more whose names have numbers that count along, are written once: for t = 20 ... 1.
  std::string text() const;
  /// The lines as LaTeX's `aligned` environment, the adjoint of x being ∂ℓ/∂x.
  std::string latex() const;

  /// Executes the lines, given the values that the tape has computed: run(values_of(tape)). The adjoint of a variable
  /// that is no scalar starts from `cotangent`, one of the values; where something on the tape is called so, from the
  /// name that is the formula of the first line. Returns the adjoints by their names.
  /// Throws an Error if a formula is unknown, or a value is missing or has another shape than on the tape.
  explain::Values run(const explain::Values& values) const;

 private:
  std::vector<AdjointLine> lines_;
  std::vector<explain::NamedConstant> constants_;
};

std::string to_string(const AdjointProgram& program);
std::ostream& operator<<(std::ostream& out, const AdjointProgram& program);

/// The derived backward pass from a loss to every parameter that it depends on, as `tape.backward(loss)` runs it
/// (Griewank and Walther 2008, table 3.5). The adjoint of x, that is dloss/dx, is named dx. A loss that is no scalar
/// starts from a given `cotangent`, as in `tape.pullback`. Lines that add nothing but zeros are left out, and so are
/// copies: where the adjoint of an unnamed variable is another adjoint, that one stands for it.
/// Throws an Error if the tape has not recorded the loss.
template <class T>
AdjointProgram adjoint_program(const Tape<T>& tape, const Var<T>& loss);

/// The same for chosen targets, parameters or intermediates.
template <class T>
AdjointProgram adjoint_program(const Tape<T>& tape, const Var<T>& loss, const std::vector<Var<T>>& targets);

}  // namespace wengert

template <>
struct fmt::formatter<wengert::AdjointProgram> : wengert::TextFormatter {};
