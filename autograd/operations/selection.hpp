#pragma once

#include <autograd/arrays/attribute.hpp>
#include <autograd/tape/var.hpp>

namespace wengert {

/// The slices of x at the given indices along one axis, in that order; an index may repeat.
/// Throws an Error that names the first index that is out of range.
template <class T>
Var<T> gather(const Var<T>& x, const Indices& indices, std::ptrdiff_t axis);

/// Zeros of extent `extent` along the axis, to which slice k of x is added at indices[k]; what pulls back a gather.
template <class T>
Var<T> scatter_add(const Var<T>& x, const Indices& indices, std::ptrdiff_t axis, std::size_t extent);

/// One element of every row: y[n] = x[n, labels[n]]; (N, K) -> (N,).
/// Throws an Error that names the row and the label if a label is not below K.
template <class T>
Var<T> pick(const Var<T>& x, const Indices& labels);

/// Rows of zeros with a one at the label: (N,) labels -> (N, K). Throws an Error as `pick` does.
template <class T>
Array<T> one_hot(const Indices& labels, std::size_t classes);

}  // namespace wengert
