#pragma once

#include <autograd/numbers/lane.hpp>
#include <autograd/numbers/symbol.hpp>

#include <concepts>
#include <type_traits>

// How the chain rule multiplies. A branch that is not taken has a tangent or a cotangent of exactly 0, and what it
// leads to may be infinite or NaN: 0 · inf must stay 0 there. On lanes only formulas that choose need this; Vars, which
// record derivatives of any order, always have it. docs/reference/operations.md says what follows.

namespace wengert {

template <class T>
class Var;

template <class N>
struct IsVar : std::false_type {};
template <class T>
struct IsVar<Var<T>> : std::true_type {};
template <class N>
inline constexpr bool is_var = IsVar<std::remove_cvref_t<N>>::value;

template <class N>
inline constexpr bool is_symbol = std::same_as<std::remove_cvref_t<N>, Symbol>;

/// g · x, and 0 where g is 0, whatever x is.
template <class T, class A>
Lane<T, A> gate(const Lane<T, A>& g, const Lane<T, A>& x) {
  return where(equal(g, 0.0), 0.0, g * x);
}
inline Symbol gate(const Symbol& g, const Symbol& x) { return g * x; }
template <class T>
Var<T> gate(const Var<T>& g, const Var<T>& x);

/// a · b, and 0 where one of them is 0, whatever the other is: what the derivatives of gates multiply with.
template <class T, class A>
Lane<T, A> gate_both(const Lane<T, A>& a, const Lane<T, A>& b) {
  return where(equal(a, 0.0) || equal(b, 0.0), 0.0, a * b);
}
inline Symbol gate_both(const Symbol& a, const Symbol& b) { return a * b; }
template <class T>
Var<T> gate_both(const Var<T>& a, const Var<T>& b);

/// g / x, and 0 where g is 0, whatever x is.
template <class T, class A>
Lane<T, A> gated_quotient(const Lane<T, A>& g, const Lane<T, A>& x) {
  return where(equal(g, 0.0), 0.0, g / x);
}
inline Symbol gated_quotient(const Symbol& g, const Symbol& x) { return g / x; }
template <class T>
Var<T> gated_quotient(const Var<T>& g, const Var<T>& x);

namespace numbers {

/// tangent · factor, where a tangent of 0 stays 0 if the formula chooses.
template <bool Chooses, class V>
V product(const V& tangent, const V& factor) {
  if constexpr (Chooses || is_var<V>) return gate(tangent, factor);
  else return tangent * factor;
}
/// The same, written the other way round.
template <bool Chooses, class V>
V product_after(const V& factor, const V& tangent) {
  if constexpr (is_symbol<V>) return factor * tangent;
  else return product<Chooses>(tangent, factor);
}
template <bool Chooses, class V>
V quotient(const V& tangent, const V& divisor) {
  if constexpr (Chooses || is_var<V>) return gated_quotient(tangent, divisor);
  else return tangent / divisor;
}

}  // namespace numbers
}  // namespace wengert
