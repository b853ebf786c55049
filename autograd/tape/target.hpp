#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

/// Memory for a contribution: a kernel overwrites what is there, or adds to it.
template <class T>
struct Destination {
  T* data;
  bool add;
};

/// What an operation is given for one of its operands when a cotangent is pulled back through it: whether the operand
/// wants a contribution, and where that goes. The first contribution becomes the operand's adjoint, later ones are
/// added to it. An adjoint that does not change along an axis may have extent one there, as below a mean.
template <class T>
class Target {
 public:
  /// The adjoint of `operand`, of an operation of that name; null where nobody wants it.
  Target(std::string_view operation, const Var<T>& operand, std::optional<Var<T>>* adjoint)
      : operation_(operation), operand_(&operand), adjoint_(adjoint) {}

  bool is_wanted() const { return adjoint_ != nullptr; }
  /// Whether nothing has reached the adjoint yet.
  bool is_first() const { return !adjoint_->has_value(); }
  /// Whether a kernel can write here, or add, and nothing has to be copied or repeated before: what is there has the
  /// operand's shape, and nobody else reads it.
  bool is_ready() const { return is_first() || (adjoint_->value().shape() == operand_->shape() && is_own()); }
  /// The operand that the contribution belongs to.
  const Var<T>& operand() const { return *operand_; }

  /// Adds a contribution of the operand's shape, or of one that it broadcasts to: then it is summed over those axes.
  /// Throws an Error in the name of the operation if it has another shape.
  void add(Var<T> contribution);

  /// Makes a variable the adjoint that has none yet, such as the cotangent itself. It may have extent one.
  void start(Var<T> adjoint) { *adjoint_ = std::move(adjoint); }

  /// Memory of the operand's shape that a kernel writes its contribution to, or adds it to.
  Destination<T> destination();

  /// The adjoint in the operand's shape, zeros where nothing has reached it, for adding to a part of it.
  Array<T>& sum();

 private:
  bool is_own() const;
  void make_writable();

  std::string_view operation_;
  const Var<T>* operand_;
  std::optional<Var<T>>* adjoint_;
};

extern template class Target<float>;
extern template class Target<double>;

}  // namespace wengert
