#pragma once

#include <autograd/arrays/array_text.hpp>
#include <autograd/base/source_line.hpp>
#include <autograd/numbers/constant.hpp>
#include <autograd/tape/stopped.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace wengert {

/// The name that a program has given a variable, and where.
struct GivenName {
  std::string text;
  SourceLine line;
};

/// What the handles of one variable share.
template <class T>
struct VarState {
  Array<T> value;
  std::unique_ptr<Array<T>> grad;
  std::unique_ptr<const GivenName> name;  ///< most intermediates have none
  std::uint64_t tape = 0;                 ///< the number of the tape that recorded it; 0 for none and for parameters
  std::uint32_t slot = 0;                 ///< its place on that tape
  std::uint32_t version = 0;              ///< counts the changes of the value
  std::uint32_t lost_on_thread = 0;       ///< the thread that computed it from parameters without a tape; 0 for none
  bool is_parameter = false;
  bool is_exposed = false;  ///< whether a reference to the value has been handed out for writing
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
  Var(const Constant& constant) : Var(constant.value) { named(std::string(constant.name), SourceLine::none()); }
  /// A constant from any xtensor expression, evaluated here.
  template <class E>
  explicit Var(const xt::xexpression<E>& expression) : Var(Array<T>(expression)) {}

  /// A leaf that wants a gradient.
  static Var parameter(Array<T> value, std::string name = {}, SourceLine line = SourceLine::here());

  // What is read of a temporary is a copy, so that `for (double q : softmax(z).value())` is safe.
  const Array<T>& value() const& { return state().value; }
  Array<T> value() &&;
  const Shape& shape() const& { return state().value.shape(); }
  Shape shape() && { return state().value.shape(); }
  std::size_t rank() const { return shape().size(); }
  std::size_t size() const { return state().value.size(); }
  /// The element of a variable that has one. Throws an Error otherwise.
  T item() const;

  /// Whether a gradient with respect to it can be asked for: it is a parameter, or a tape recorded it.
  bool requires_grad() const { return state().is_parameter || state().tape != 0; }
  bool is_parameter() const { return state().is_parameter; }
  bool has_grad() const { return state().grad != nullptr; }
  /// The gradient that `backward` has added up. Throws an Error if there is none yet.
  const Array<T>& grad() const&;
  Array<T> grad() && { return std::as_const(*this).grad(); }
  /// Forgets the gradient.
  void zero_grad() const { state().grad.reset(); }
  /// Adds to the gradient; the first contribution becomes it.
  void add_grad(Array<T> contribution) const;
  /// Replaces the gradient, as clipping does. Throws an Error if the shapes differ.
  void set_grad(Array<T> gradient) const;

  /// Gives the variable the name that prints, errors and checks use; returns the same variable.
  Var named(std::string name, SourceLine line = SourceLine::here()) const;
  const std::string& name() const&;
  std::string name() && { return std::as_const(*this).name(); }
  /// Where it got its name; `SourceLine::none()` if it has none.
  SourceLine line() const { return state().name ? state().name->line : SourceLine::none(); }

  /// Replaces the value by one of the same shape. A tape that recorded the old value will refuse its backward pass.
  void set_value(Array<T> value) const;
  /// The same, and gives the old value back, whose memory can be used again.
  Array<T> exchange_value(Array<T> value) const;
  /// The value for writing, with the same consequence, whenever it is written. As the reference may be kept, the
  /// variable is known by its elements from now on: to record it and to pull back through it costs a pass over them.
  Array<T>& mutable_value() const;
  /// Another number whenever the value has changed.
  std::uint32_t version() const { return state().is_exposed ? version_of_elements() : state().version; }

  /// What tells this variable from others as long as it lives.
  const void* identity() const { return state_.get(); }
  /// Whether two handles are the same variable.
  friend bool same(const Var& a, const Var& b) { return a.state_ == b.state_; }

  // Arithmetic, by the functions of operations/arithmetic.hpp. A number or a Constant on either side is a constant.
  friend Var operator-(const Var& a) { return negate(a); }
  friend Var operator+(const Var& a, const Var& b) { return add(a, b); }
  friend Var operator-(const Var& a, const Var& b) { return subtract(a, b); }
  friend Var operator*(const Var& a, const Var& b) { return multiply(a, b); }
  friend Var operator/(const Var& a, const Var& b) { return divide(a, b); }
  friend Var operator<(const Var& a, const Var& b) { return less(a, b); }
  friend Var operator<=(const Var& a, const Var& b) { return less_equal(a, b); }
  friend Var operator>(const Var& a, const Var& b) { return greater(a, b); }
  friend Var operator>=(const Var& a, const Var& b) { return greater_equal(a, b); }
  friend Var equal(const Var& a, const Var& b) { return equal_to(a, b); }
  // Of masks, which hold where they are not 0.
  friend Var operator&&(const Var& a, const Var& b) { return logical_and(a, b); }
  friend Var operator||(const Var& a, const Var& b) { return logical_or(a, b); }
  friend Var operator!(const Var& a) { return logical_not(a); }
  /// a where the mask is not 0, b elsewhere. The branch that is not taken contributes nothing to any derivative, of
  /// whatever order, although it is infinite or NaN there.
  friend Var where(const Var& mask, const Var& a, const Var& b) { return select(mask, a, b); }

 private:
  std::uint32_t version_of_elements() const;
  /// What its handles share. Throws an Error if this one has been moved from.
  VarState<T>& state() const {
    if (state_ == nullptr) fail("Var", "this variable was moved away; copy it instead: copies are the same variable");
    return *state_;
  }

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
Var<T> parameter(Array<T> value, std::string name = {}, SourceLine line = SourceLine::here()) {
  return Var<T>::parameter(std::move(value), std::move(name), line);
}

/// The variable as text: name, shape, kind, value and, where there is one, gradient.
///   w (3,) parameter = [ 1.  -0.5  2. ], gradient = [0.1 0.  0.3]
template <class T>
std::string to_string(const Var<T>& x);

template <class T>
std::ostream& operator<<(std::ostream& out, const Var<T>& x);

/// The variable as error messages show it.
template <class T>
NamedShape described(const Var<T>& x) {
  return {x.name(), &x.shape()};
}

/// The same value as a constant, named stop(x): no gradient flows through it.
template <class T>
Var<T> stop_gradient(const Var<T>& x) {
  const Var<T> stopped(HeldValues<T>::stopped(x.value()));
  return x.name().empty() ? stopped : stopped.named("stop(" + x.name() + ")", x.line());
}

extern template class Var<float>;
extern template class Var<double>;

}  // namespace wengert

template <class T>
struct fmt::formatter<wengert::Var<T>> : wengert::TextFormatter {};
