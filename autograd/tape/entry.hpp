#pragma once

#include <autograd/kernel/sweep.hpp>
#include <autograd/numbers/symbol.hpp>
#include <autograd/tape/var.hpp>

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace wengert {

template <class T>
class Adjoints;
template <class T>
struct Entry;

/// What a tape knows about a computation: its name, its formula, and how it pulls back a cotangent.
template <class T>
class Operation {
 public:
  virtual ~Operation() = default;
  virtual const std::string& name() const = 0;
  /// The formula of the output in terms of the operands' names.
  virtual Symbol formula(std::span<const Symbol> operands) const = 0;
  /// Adds the contribution of every operand that wants one, given the cotangent g of the output.
  virtual void pull_back(const Entry<T>& entry, const Var<T>& g, Adjoints<T>& adjoints) const = 0;
  /// The contribution to one operand as a variable computed by recorded operations; none if it is zero throughout.
  virtual std::optional<Var<T>> pull_back_recorded(const Entry<T>& entry, std::size_t operand,
                                                   const Var<T>& g) const = 0;
  /// The contribution to one operand as a formula, given the cotangent's name and the operands' names; one name more
  /// is the output's. None where `pull_back_recorded` says it, for whoever traces that.
  virtual std::optional<Symbol> adjoint(const Entry<T>&, std::size_t, const Symbol&, std::span<const Symbol>) const {
    return std::nullopt;
  }
};

/// An operand of a recorded operation.
template <class T>
struct Operand {
  static constexpr std::size_t constant = static_cast<std::size_t>(-1);

  Var<T> var;
  std::size_t slot;       ///< its place on the tape, or `constant`
  std::uint32_t version;  ///< of its value when it was recorded

  bool is_constant() const { return slot == constant; }
};

/// One line of a tape: a leaf (without operation), or an operation with its operands and its output.
template <class T>
struct Entry {
  Var<T> output;
  std::unique_ptr<Operation<T>> operation;
  std::vector<Operand<T>> operands;
  std::uint32_t version = 0;  ///< of the output's value when it was recorded

  bool is_leaf() const { return operation == nullptr; }
};

/// What a backward pass wants of a slot: nothing, its adjoint on the way to another one, or its adjoint as a result.
enum class Need : unsigned char { nothing, passing, result };

/// The adjoints of a backward pass, as one entry's pullback sees them: it adds to those of its operands. An adjoint
/// that does not change along an axis may have extent one there, as below a mean; then it broadcasts to its operand.
template <class T>
class Adjoints {
 public:
  Adjoints(std::vector<std::optional<Var<T>>>& slots, const std::vector<Need>& needed)
      : slots_(slots), needed_(needed) {}

  /// Says whose operands come next; errors name its operation.
  void enter(const Entry<T>& entry) { entry_ = &entry; }

  bool wants(const Operand<T>& operand) const {
    return !operand.is_constant() && needed_[operand.slot] != Need::nothing;
  }

  /// Adds a contribution of the operand's shape, or of one that it broadcasts to: then it is summed over those axes.
  void add(const Operand<T>& operand, Var<T> contribution);

  /// A contribution that is known without a pass over the operands, if there is one for operand i.
  using Ready = std::function<std::optional<Var<T>>(std::size_t)>;

  /// Calls `fill` with an output for each operand, to which a kernel writes or adds the contributions in place.
  /// What is ready becomes the adjoint of an operand that has none yet, and needs no output.
  void add_by_kernel(const std::vector<Operand<T>>& operands, const Ready& ready,
                     const std::function<void(std::span<kernel::Output<T>>)>& fill);

 private:
  bool takes(const Operand<T>& operand, const Ready& ready, std::size_t i);
  kernel::Output<T> output_for(const Operand<T>& operand);

  std::vector<std::optional<Var<T>>>& slots_;
  const std::vector<Need>& needed_;
  const Entry<T>* entry_ = nullptr;
};

/// An adjoint in the shape of what it belongs to.
template <class T>
Var<T> expanded(const Var<T>& adjoint, const Shape& shape);

extern template class Adjoints<float>;
extern template class Adjoints<double>;
extern template Var<float> expanded(const Var<float>&, const Shape&);
extern template Var<double> expanded(const Var<double>&, const Shape&);

}  // namespace wengert
