#pragma once

#include <autograd/numbers/constant.hpp>

#include <type_traits>

namespace wengert {

/// A number with its derivative: value + tangent * e with e^2 = 0 (Clifford 1873). Calling a formula with one operand
/// as a dual of tangent 1 and the others as plain numbers gives its partial derivative with respect to that operand.
/// `Value` is Lane, Symbol or Var; an operand that is not a dual is a constant, and no term is computed for it.
template <class Value>
struct Dual {
  Value value;
  Value tangent;

  Dual(const Value& v, const Value& t) : value(v), tangent(t) {}

  friend Dual operator-(const Dual& a) { return {-a.value, -a.tangent}; }

  friend Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.tangent + b.tangent}; }
  friend Dual operator+(const Dual& a, const Value& b) { return {a.value + b, a.tangent}; }
  friend Dual operator+(const Value& a, const Dual& b) { return {a + b.value, b.tangent}; }

  friend Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.tangent - b.tangent}; }
  friend Dual operator-(const Dual& a, const Value& b) { return {a.value - b, a.tangent}; }
  friend Dual operator-(const Value& a, const Dual& b) { return {a - b.value, -b.tangent}; }

  friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.tangent * b.value + a.value * b.tangent};
  }
  friend Dual operator*(const Dual& a, const Value& b) { return {a.value * b, a.tangent * b}; }
  friend Dual operator*(const Value& a, const Dual& b) { return {a * b.value, a * b.tangent}; }

  friend Dual operator/(const Dual& a, const Dual& b) {
    const Value quotient = a.value / b.value;
    return {quotient, (a.tangent - quotient * b.tangent) / b.value};
  }
  friend Dual operator/(const Dual& a, const Value& b) { return {a.value / b, a.tangent / b}; }
  friend Dual operator/(const Value& a, const Dual& b) {
    const Value quotient = a / b.value;
    return {quotient, -(quotient * (b.tangent / b.value))};
  }

  friend auto operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend auto operator<(const Dual& a, const Value& b) { return a.value < b; }
  friend auto operator<(const Value& a, const Dual& b) { return a < b.value; }
  friend auto operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend auto operator<=(const Dual& a, const Value& b) { return a.value <= b; }
  friend auto operator<=(const Value& a, const Dual& b) { return a <= b.value; }
  friend auto operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend auto operator>(const Dual& a, const Value& b) { return a.value > b; }
  friend auto operator>(const Value& a, const Dual& b) { return a > b.value; }
  friend auto operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }
  friend auto operator>=(const Dual& a, const Value& b) { return a.value >= b; }
  friend auto operator>=(const Value& a, const Dual& b) { return a >= b.value; }
  friend auto equal(const Dual& a, const Dual& b) { return equal(a.value, b.value); }
  friend auto equal(const Dual& a, const Value& b) { return equal(a.value, b); }
  friend auto equal(const Value& a, const Dual& b) { return equal(a, b.value); }

  /// The branch that is taken decides the tangent; the other one may be infinite or NaN.
  template <class Mask>
  friend Dual where(const Mask& mask, const Dual& a, const Dual& b) {
    return {where(mask, a.value, b.value), where(mask, a.tangent, b.tangent)};
  }
  template <class Mask>
  friend Dual where(const Mask& mask, const Dual& a, const Value& b) {
    return {where(mask, a.value, b), where(mask, a.tangent, Value(0.0))};
  }
  template <class Mask>
  friend Dual where(const Mask& mask, const Value& a, const Dual& b) {
    return {where(mask, a, b.value), where(mask, Value(0.0), b.tangent)};
  }
};

template <class Number>
struct IsDual : std::false_type {};
template <class Value>
struct IsDual<Dual<Value>> : std::true_type {};
template <class Number>
inline constexpr bool is_dual = IsDual<std::remove_cvref_t<Number>>::value;

}  // namespace wengert
