#pragma once

#include <autograd/arrays/shape.hpp>
#include <autograd/numbers/constant.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace wengert {

/// What the handles of one variable share.
template <class T>
struct VarState {
  Array<T> value;
  std::optional<Array<T>> grad;
  std::string name;
  bool is_parameter = false;
  std::uint32_t version = 0;         ///< counts the changes of the value
  std::uint32_t lost_on_thread = 0;  ///< the thread that computed it from parameters without a tape; 0 for none
  std::uint64_t tape = 0;            ///< the number of the tape that recorded it; 0 for none and for parameters
  std::size_t slot = 0;              ///< its place on that tape
};

/// A variable: a shared handle to an array that remembers how it was computed. Copies are the same variable.
/// `Var x(array)` is a constant; `parameter(array)` is a leaf that wants a gradient; operations on Vars give Vars.
template <class T>
class Var {
 public:
  using Element = T;

  Var(Array<T> value) : state_(std::make_shared<VarState<T>>()) { state_->value = std::move(value); }
  /// A scalar constant.
  Var(double value) : Var(scalar(static_cast<T>(value))) {}
  Var(const Constant& constant) : Var(constant.value) { state_->name = constant.name; }
  /// A constant from any xtensor expression, evaluated here.
  template <class E>
  explicit Var(const xt::xexpression<E>& expression) : Var(Array<T>(expression)) {}

  /// A leaf that wants a gradient.
  static Var parameter(Array<T> value, std::string name = {});

  const Array<T>& value() const { return state_->value; }
  const Shape& shape() const { return state_->value.shape(); }
  std::size_t rank() const { return shape().size(); }
  std::size_t size() const { return state_->value.size(); }
  /// The element of a variable that has one. Throws an Error otherwise.
  T item() const;

  /// Whether a gradient with respect to it can be asked for: it is a parameter, or a tape recorded it.
  bool requires_grad() const { return state_->is_parameter || state_->tape != 0; }
  bool is_parameter() const { return state_->is_parameter; }
  bool has_grad() const { return state_->grad.has_value(); }
  /// The gradient that `backward` has added up. Throws an Error if there is none yet.
  const Array<T>& grad() const;
  /// Forgets the gradient.
  void zero_grad() const { state_->grad.reset(); }
  /// Adds to the gradient; the first contribution becomes it.
  void add_grad(Array<T> contribution) const;
  /// Replaces the gradient, as clipping does. Throws an Error if the shapes differ.
  void set_grad(Array<T> gradient) const;

  /// Gives the variable the name that prints, errors and checks use; returns the same variable.
  Var named(std::string name) const;
  const std::string& name() const { return state_->name; }

  /// Replaces the value by one of the same shape. A tape that recorded the old value will refuse its backward pass.
  void set_value(Array<T> value) const;
  /// The value for writing, with the same consequence.
  Array<T>& mutable_value() const;
  std::uint32_t version() const { return state_->version; }

  /// Whether two handles are the same variable.
  friend bool same(const Var& a, const Var& b) { return a.state_ == b.state_; }

 private:
  template <class>
  friend class Tape;
  template <class>
  friend class Target;

  std::shared_ptr<VarState<T>> state_;
};

template <class E>
Var(const xt::xexpression<E>&) -> Var<typename E::value_type>;

/// A leaf that wants a gradient, with the name that prints use.
template <class T>
Var<T> parameter(Array<T> value, std::string name = {}) {
  return Var<T>::parameter(std::move(value), std::move(name));
}

/// The variable as error messages show it.
template <class T>
NamedShape described(const Var<T>& x) {
  return {x.name(), &x.shape()};
}

/// The same value as a constant: no gradient flows through it.
template <class T>
Var<T> stop_gradient(const Var<T>& x) {
  return Var<T>(x.value()).named(x.name());
}

extern template class Var<float>;
extern template class Var<double>;

}  // namespace wengert
