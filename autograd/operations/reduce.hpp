#pragma once

#include <autograd/operations/formula.hpp>

namespace wengert {
/// The sum of f(x...) over axes of the operands' common shape, without storing f(x...): one pass, one entry on the
/// tape. The axes are dropped. Throws an Error if the shapes do not broadcast or an axis is out of range or repeated.
template <class F, class T, class... More>
requires(std::same_as<Var<T>, More>&&...) Var<T> sum(const Axes& axes, const F& f, const Var<T>& x,
                                                     const More&... more) {
  return fusion::reduce("sum", axes, Dims::drop, false, f, fusion::Operands<T, 1 + sizeof...(More)>{&x, &more...});
}
/// The same with the reduced axes kept at extent one.
template <class F, class T, class... More>
requires(std::same_as<Var<T>, More>&&...) Var<T> sum(const Axes& axes, Dims dims, const F& f, const Var<T>& x,
                                                     const More&... more) {
  return fusion::reduce("sum", axes, dims, false, f, fusion::Operands<T, 1 + sizeof...(More)>{&x, &more...});
}

/// The mean of f(x...) over axes, as `sum`. Throws an Error also if there is no element to take the mean of.
template <class F, class T, class... More>
requires(std::same_as<Var<T>, More>&&...) Var<T> mean(const Axes& axes, const F& f, const Var<T>& x,
                                                      const More&... more) {
  return fusion::reduce("mean", axes, Dims::drop, true, f, fusion::Operands<T, 1 + sizeof...(More)>{&x, &more...});
}
/// The same with the reduced axes kept at extent one.
template <class F, class T, class... More>
requires(std::same_as<Var<T>, More>&&...) Var<T> mean(const Axes& axes, Dims dims, const F& f, const Var<T>& x,
                                                      const More&... more) {
  return fusion::reduce("mean", axes, dims, true, f, fusion::Operands<T, 1 + sizeof...(More)>{&x, &more...});
}

}  // namespace wengert
