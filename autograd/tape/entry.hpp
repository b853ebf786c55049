#pragma once

#include <autograd/kernel/pass.hpp>
#include <autograd/numbers/symbol.hpp>
#include <autograd/tape/target.hpp>

#include <memory>
#include <span>
#include <vector>

namespace wengert {

template <class T>
struct Entry;

/// What a tape knows about a computation: its name, what it is told beside its operands (axes, a shape, indices, ...),
/// its formula, and how it pulls back a cotangent.
template <class T>
class Operation {
 public:
  explicit Operation(std::string name, Attributes attributes = {})
      : name_(std::move(name)), attributes_(std::move(attributes)) {}
  virtual ~Operation() = default;
  const std::string& name() const { return name_; }
  const Attributes& attributes() const { return attributes_; }

  /// The formula of the output in terms of the operands' names.
  virtual Symbol formula(std::span<const Symbol> operands) const = 0;
  /// Gives every target that is wanted its contribution, given the cotangent g of the output. There is one target for
  /// each operand. The cotangent may have extent one along an axis where it does not change.
  virtual void pull_back(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const = 0;
  /// The same as one pass over arrays, which has not run yet, for running it together with others; null where there is
  /// none, and then the targets are as before. Nothing of g and of the adjoints is read before it runs.
  virtual std::unique_ptr<kernel::Pass<T>> pull_back_pass(const Entry<T>&, const Var<T>&, std::span<Target<T>>) const {
    return nullptr;
  }
  /// The same by operations on variables, so that a tape can record it; the cotangent has the output's shape.
  virtual void pull_back_recorded(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const = 0;
  /// The contribution to one operand as a formula, given the cotangent's name and the operands' names; one name more
  /// is the output's. None where `pull_back_recorded` says it, for whoever traces that.
  virtual std::optional<Symbol> adjoint(const Entry<T>&, std::size_t, const Symbol&, std::span<const Symbol>) const {
    return std::nullopt;
  }

 private:
  std::string name_;
  Attributes attributes_;
};

/// An operand of a recorded operation.
template <class T>
struct Operand {
  static constexpr std::uint32_t constant = static_cast<std::uint32_t>(-1);

  Var<T> var;
  std::uint32_t slot;     ///< its place on the tape, or `constant`
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
  std::uint32_t scope = 0;    ///< the number of its scope on the tape; 0 for none

  bool is_leaf() const { return operation == nullptr; }
};

}  // namespace wengert
