#pragma once

#include <autograd/tape/tape.hpp>

#include <iosfwd>

namespace wengert {

/// One line of a derived backward pass: `target = formula`, or `target += formula` for a later contribution.
struct AdjointLine {
  std::string target;    ///< the adjoint's name, dx
  std::string variable;  ///< the name of what it is the adjoint of, x
  bool accumulates;
  Symbol formula;
  Shape shape;  ///< of the target; a formula that is smaller is broadcast to it
};

/// The backward pass of a tape as formulas, in the order in which it runs.
class AdjointProgram {
 public:
  explicit AdjointProgram(std::vector<AdjointLine> lines) : lines_(std::move(lines)) {}

  const std::vector<AdjointLine>& lines() const& { return lines_; }
  std::vector<AdjointLine> lines() && { return lines_; }
  /// One line each, `dμ += -sum{0}(γ · dy · rsqrt(σ² + ε))  # (1, 3)`, with aligned columns.
  std::string text() const;
  /// The lines as LaTeX's `aligned` environment, the adjoint of x being ∂ℓ/∂x.
  std::string latex() const;

 private:
  std::vector<AdjointLine> lines_;
};

std::ostream& operator<<(std::ostream& out, const AdjointProgram& program);

/// The derived backward pass from a loss to every parameter that it depends on, as `tape.backward(loss)` runs it
/// (Griewank and Walther 2008, table 3.5). The adjoint of x, that is dloss/dx, is named dx. A loss that is no scalar
/// starts from a given `cotangent`, as in `tape.pullback`. Lines that add nothing but zeros are left out.
/// Throws an Error if the tape has not recorded the loss.
template <class T>
AdjointProgram adjoint_program(const Tape<T>& tape, const Var<T>& loss);

/// The same for chosen targets, parameters or intermediates.
template <class T>
AdjointProgram adjoint_program(const Tape<T>& tape, const Var<T>& loss, const std::vector<Var<T>>& targets);

}  // namespace wengert
