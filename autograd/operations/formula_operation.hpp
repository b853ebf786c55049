#pragma once

#include <autograd/kernel/totals.hpp>
#include <autograd/kernel/workspace.hpp>
#include <autograd/tape/tape.hpp>

namespace wengert::fusion {

inline constexpr std::size_t most_operands = 8;

/// What a reduction does with f(x...) over `space`: sums it to the shape `kept` and divides by `divisor`.
struct Reduction {
  Shape space;
  Shape kept;
  double divisor;
  Attributes attributes;  ///< the axes, and whether they stay
  unsigned whole;         ///< the bits of the operands that have the shape of the space
};

/// A formula on the tape, y = f(x...), reduced or not: all that is the same whatever the formula is, compiled once.
/// What only the formula knows is below `protected`.
template <class T>
class FormulaOperation : public Operation<T> {
 public:
  using Operation<T>::Operation;

  Symbol formula(std::span<const Symbol> operands) const final;
  void pull_back(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const final;
  std::unique_ptr<kernel::Pass<T>> pull_back_pass(const Entry<T>& entry, const Var<T>& g,
                                                  std::span<Target<T>> targets) const final;
  void pull_back_recorded(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const final;
  std::optional<Symbol> adjoint(const Entry<T>& entry, std::size_t operand, const Symbol& g,
                                std::span<const Symbol> operands) const final;

 protected:
  /// Null for a map.
  virtual const Reduction* reduction() const = 0;
  /// f(x...) as a formula.
  virtual Symbol value(std::span<const Symbol> x) const = 0;
  /// ∂f/∂x[operand] · seed as a formula.
  virtual Symbol derivative(std::size_t operand, std::span<const Symbol> x, const Symbol& seed) const = 0;
  /// The same with variables; none where the formula does not take the operand.
  virtual std::optional<Var<T>> derivative(std::size_t operand, const Entry<T>& entry, const Var<T>& seed) const = 0;
  /// Whether the formula says that a derivative is 1, as of x in x + y. Found out once, it would be wrong where a
  /// formula reads a variable that changes.
  virtual bool has_derivative_one(std::size_t operand) const = 0;
  /// Whether the formula does not change but in steps, as a comparison does, and so adds nothing to any adjoint.
  virtual bool is_step() const = 0;
  /// One pass that reads the operands and after them the cotangent, which it scales, once and writes or adds to all
  /// adjoints that have a place.
  virtual std::unique_ptr<kernel::Pass<T>> adjoints_pass(const Shape& space, std::span<const kernel::Input<T>> inputs,
                                                         std::span<const kernel::Output<T>> outputs, T scale) const = 0;

 private:
  using Wanted = std::array<bool, most_operands>;

  bool can_take_cotangent(const Target<T>& target, std::size_t operand, const Entry<T>& entry) const;
  void take_cotangent(Target<T>& target, const Entry<T>& entry, const Var<T>& g) const;
  std::unique_ptr<kernel::Pass<T>> adjoints_pass(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets,
                                                 const Wanted& wanted) const;
  bool varies_along(std::size_t axis, const Symbol& contribution, const Entry<T>& entry,
                    std::span<const Symbol> operands) const;
  std::size_t rank_of(const Symbol& contribution, const Symbol& dy, const Entry<T>& entry,
                      std::span<const Symbol> operands) const;
  const Shape& space(const Entry<T>& entry) const;
  const Shape& kept(const Entry<T>& entry) const;
  double divisor() const;
};

/// The common shape of the operands; errors name them, by their position where they have no name.
template <class T>
Shape common_shape(std::string_view operation, std::span<const Var<T>* const> operands);

/// What the sum or the mean of the operands' space over some axes does with it. Throws an Error in the name of the
/// operation if a mean has no elements.
template <class T>
Reduction reduction(std::string_view name, std::span<const Var<T>* const> operands, const Shape& space,
                    const std::vector<std::size_t>& reduced, Dims dims, bool average);

extern template class FormulaOperation<float>;
extern template class FormulaOperation<double>;

}  // namespace wengert::fusion
