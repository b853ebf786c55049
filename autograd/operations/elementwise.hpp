#pragma once

#include <autograd/operations/map.hpp>

namespace wengert {

// A function of one's own, `apply(Atan{}, x)`: compiled where it is used. Those of the lists in numbers/functions.hpp
// are compiled once, in elementwise.cpp.

template <class F, class T>
requires(!Listed<F>) Var<T> elementwise(const F& function, const Var<T>& x) {
  return map(F::name, fusion::Function<F>{function}, x);
}
template <class F, class T>
requires(!Listed<F>) Var<T> elementwise(const F& function, const Var<T>& x, const Var<T>& y) {
  return map(F::name, fusion::Function<F>{function}, x, y);
}

}  // namespace wengert
