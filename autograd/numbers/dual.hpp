#pragma once

#include <autograd/numbers/chain_rule.hpp>
#include <autograd/numbers/constant.hpp>

namespace wengert {

/// A number with its derivative: value + tangent * e with e^2 = 0 (Clifford 1873). Calling a formula with one operand
/// as a dual of tangent 1 and the others as plain numbers gives its partial derivative with respect to that operand.
/// `Value` is Lane, Symbol or Var; an operand that is not a dual is a constant, and no term is computed for it.
/// `Chooses` says that a choice was made on the way, by `where` or a function like relu: then a tangent of 0 stays 0.
template <class Value, bool Chooses = false>
struct Dual {
  /// What a choice between numbers is; a formula in print needs not know.
  using Choice = Dual<Value, !is_symbol<Value>>;

  Value value;
  Value tangent;

  Dual(const Value& v, const Value& t) : value(v), tangent(t) {}
  template <bool Other>
  requires(Chooses && !Other) Dual(const Dual<Value, Other>& x) : value(x.value), tangent(x.tangent) {}

  friend Dual operator-(const Dual& a) { return {-a.value, -a.tangent}; }

  friend Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.tangent + b.tangent}; }
  friend Dual operator+(const Dual& a, const Value& b) { return {a.value + b, a.tangent}; }
  friend Dual operator+(const Value& a, const Dual& b) { return {a + b.value, b.tangent}; }

  friend Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.tangent - b.tangent}; }
  friend Dual operator-(const Dual& a, const Value& b) { return {a.value - b, a.tangent}; }
  friend Dual operator-(const Value& a, const Dual& b) { return {a - b.value, -b.tangent}; }

  friend Dual operator*(const Dual& a, const Dual& b) {
    using namespace numbers;
    return {a.value * b.value, product<Chooses>(a.tangent, b.value) + product_after<Chooses>(a.value, b.tangent)};
  }
  friend Dual operator*(const Dual& a, const Value& b) {
    return {a.value * b, numbers::product<Chooses>(a.tangent, b)};
  }
  friend Dual operator*(const Value& a, const Dual& b) {
    return {a * b.value, numbers::product_after<Chooses>(a, b.tangent)};
  }

  friend Dual operator/(const Dual& a, const Dual& b) {
    const Value quotient = a.value / b.value;
    const Value numerator = a.tangent - numbers::product_after<Chooses>(quotient, b.tangent);
    return {quotient, numbers::quotient<Chooses>(numerator, b.value)};
  }
  friend Dual operator/(const Dual& a, const Value& b) {
    return {a.value / b, numbers::quotient<Chooses>(a.tangent, b)};
  }
  friend Dual operator/(const Value& a, const Dual& b) {
    const Value quotient = a / b.value;
    const Value share = numbers::quotient<Chooses>(b.tangent, b.value);
    return {quotient, -numbers::product_after<Chooses>(quotient, share)};
  }

  friend Choice gate_both(const Dual& a, const Dual& b) {
    return {gate_both(a.value, b.value), gate_both(a.tangent, b.value) + gate_both(b.tangent, a.value)};
  }
  friend Choice gate_both(const Dual& a, const Value& b) { return {gate_both(a.value, b), gate_both(a.tangent, b)}; }
  friend Choice gate_both(const Value& a, const Dual& b) { return {gate_both(a, b.value), gate_both(b.tangent, a)}; }

  friend Choice gate(const Dual& g, const Dual& x) {
    return {gate(g.value, x.value), gate(g.tangent, x.value) + gate_both(x.tangent, g.value)};
  }
  friend Choice gate(const Dual& g, const Value& x) { return {gate(g.value, x), gate(g.tangent, x)}; }
  friend Choice gate(const Value& g, const Dual& x) { return {gate(g, x.value), gate_both(x.tangent, g)}; }

  friend Choice gated_quotient(const Dual& g, const Dual& x) {
    const Value y = gated_quotient(g.value, x.value);
    return {y, gated_quotient(g.tangent, x.value) - gate_both(gated_quotient(x.tangent, x.value), y)};
  }
  friend Choice gated_quotient(const Dual& g, const Value& x) {
    return {gated_quotient(g.value, x), gated_quotient(g.tangent, x)};
  }
  friend Choice gated_quotient(const Value& g, const Dual& x) {
    const Value y = gated_quotient(g, x.value);
    return {y, -gate_both(gated_quotient(x.tangent, x.value), y)};
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
  friend Choice where(const Mask& mask, const Dual& a, const Dual& b) {
    return {where(mask, a.value, b.value), where(mask, a.tangent, b.tangent)};
  }
  template <class Mask>
  friend Choice where(const Mask& mask, const Dual& a, const Value& b) {
    return {where(mask, a.value, b), where(mask, a.tangent, Value(0.0))};
  }
  template <class Mask>
  friend Choice where(const Mask& mask, const Value& a, const Dual& b) {
    return {where(mask, a, b.value), where(mask, Value(0.0), b.tangent)};
  }
};

template <class Number>
struct IsDual : std::false_type {};
template <class Value, bool Chooses>
struct IsDual<Dual<Value, Chooses>> : std::true_type {};
template <class Number>
inline constexpr bool is_dual = IsDual<std::remove_cvref_t<Number>>::value;

/// Whether a number is a formula or its derivative.
template <class Number>
inline constexpr bool is_symbolic = is_symbol<Number>;
template <>
inline constexpr bool is_symbolic<Dual<Symbol>> = true;

/// Whether a choice was made on the way to a number.
template <class Number>
inline constexpr bool chooses = false;
template <class Value>
inline constexpr bool chooses<Dual<Value, true>> = true;

}  // namespace wengert
