#pragma once

#include <autograd/numbers/dual.hpp>
#include <autograd/numbers/lane.hpp>
#include <autograd/numbers/symbol.hpp>

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

namespace wengert {

template <class N>
struct IsLane : std::false_type {};
template <class T, class Arch>
struct IsLane<Lane<T, Arch>> : std::true_type {};
template <class N>
inline constexpr bool is_lane = IsLane<std::remove_cvref_t<N>>::value;

/// The kinds of number that a formula is called with: Lane, Dual, Symbol and Var.
template <class N>
concept Number = is_lane<N> || is_dual<N> || is_var<N> || is_symbol<N>;

/// A primitive function is a struct with a `name`, its value on lanes and its partial derivatives for any number:
///   static constexpr const char* name;
///   static Lane value(const Lane& x...);
///   template <int I> static N derivative(const N& y, const N& x...);   with respect to operand I, y being the value
/// and, if it has them,
///   static Symbol symbol(const Symbol& x...);     the formula that stands for it in print, instead of `name(x)`
///   static constexpr bool chooses = true;         a derivative of 0 says that the operand is not taken
template <class F>
concept Primitive = requires {
  &F::template derivative<0, Symbol>;
};
template <class F>
concept ChoosingPrimitive = Primitive<F> && F::chooses;

/// A function of one or two numbers applied to Vars: one entry on the tape. The bodies for the functions of the library
/// are in operations/elementwise.cpp, those for others in operations/elementwise.hpp.
template <class F, class T>
Var<T> elementwise(const F& function, const Var<T>& x);
template <class F, class T>
Var<T> elementwise(const F& function, const Var<T>& x, const Var<T>& y);

namespace numbers {

template <class V>
const V& value_of(const V& x) {
  return x;
}
template <class V, bool Chooses>
const V& value_of(const Dual<V, Chooses>& x) {
  return x.value;
}

/// The plain number type that belongs to an operand: V for V and for Dual<V>.
template <class N>
using Plain = std::remove_cvref_t<decltype(value_of(std::declval<const N&>()))>;

/// `x` itself if it is a number, and as the other operand's plain number if it is a double or a Constant.
template <class Other, class N>
decltype(auto) promote(const N& x) {
  if constexpr (Number<N>) return (x);
  else return Plain<Other>(x);
}

/// A term of the chain rule.
template <class F, bool Chooses, class V>
V term(const V& tangent, const V& derivative) {
  if constexpr (ChoosingPrimitive<F> && Chooses) return gate(derivative, tangent);
  else return product<Chooses>(tangent, derivative);
}

/// The chain rule: the sum over the dual operands of tangent * partial derivative.
template <class F, class V, std::size_t... I, class... N>
auto differentiate(const V& y, std::index_sequence<I...>, const N&... x) {
  constexpr bool has_choice = !is_symbol<V> && (ChoosingPrimitive<F> || (chooses<N> || ...));
  const auto term_of = [&]<std::size_t J, class Operand>(std::integral_constant<std::size_t, J>,
                                                         const Operand& operand) {
    if constexpr (is_dual<Operand>) {
      const V derivative = F::template derivative<static_cast<int>(J)>(y, value_of(x)...);
      return std::make_tuple(term<F, has_choice>(operand.tangent, derivative));
    } else {
      return std::tuple<>();
    }
  };
  const auto sum = [](const auto&... terms) { return (terms + ...); };
  return Dual<V, has_choice>(y,
                             std::apply(sum, std::tuple_cat(term_of(std::integral_constant<std::size_t, I>{}, x)...)));
}

}  // namespace numbers

/// Calls a function on numbers: a formula as it stands, a primitive by its value, its name or its derivative.
template <class F, Number... N>
auto apply(const F& function, const N&... x) {
  if constexpr ((is_var<N> && ...)) {
    return elementwise(function, x...);
  } else if constexpr (!Primitive<F>) {
    return function(x...);
  } else if constexpr ((is_dual<N> || ...)) {
    return numbers::differentiate<F>(apply(function, numbers::value_of(x)...), std::index_sequence_for<N...>{}, x...);
  } else if constexpr ((is_lane<N> && ...)) {
    return F::value(x...);
  } else if constexpr (requires { F::symbol(x...); }) {
    return F::symbol(x...);
  } else {
    return Symbol::call(F::name, {x...});
  }
}

/// An operand of a function of two, of which one may be a double or a Constant.
template <class B, class A>
concept OperandBeside = Number<A> || Number<B>;

template <class F, class A, OperandBeside<A> B>
auto apply_binary(const F& function, const A& a, const B& b) {
  return apply(function, numbers::promote<B>(a), numbers::promote<A>(b));
}

}  // namespace wengert
