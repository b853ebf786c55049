#pragma once

#include <autograd/operations/formula.hpp>

namespace wengert {

/// One fused, vectorised pass over broadcasting operands, and ONE entry on the tape: y = f(x...), element by element.
/// `f` is a generic function, `[](auto x, auto mu) { return square(x - mu); }`, of one number per operand; a formula
/// names each intermediate once (`const auto`) and does not branch on values (use `where`). Its derivative follows from
/// the same function called with duals. Shapes: those of the operands broadcast; throws an Error if they do not.
template <class F, class T, class... More>
requires(std::same_as<Var<T>, More>&&...) Var<T> map(const F& f, const Var<T>& x, const More&... more) {
  return map("map", f, x, more...);
}

/// The same under a name of its own, which error messages show.
template <class F, class T, class... More>
requires(std::same_as<Var<T>, More>&&...) Var<T> map(const char* name, const F& f, const Var<T>& x,
                                                     const More&... more) {
  return fusion::map(name, f, fusion::Operands<T, 1 + sizeof...(More)>{&x, &more...});
}

}  // namespace wengert
