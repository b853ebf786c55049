#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

// Reductions over some axes (negative ones count from the last) or over every one. The axes are dropped, or kept at
// extent one with `keep_dims`. Sums of floats run in doubles, those of doubles are compensated. Each throws an Error if
// an axis is out of range or repeated. With a formula instead of an array they fuse: see reduce.hpp.

/// The sum over the axes; 0 for no elements.
template <class T>
Var<T> sum(const Var<T>& x, const Axes& axes = every_axis, Dims dims = Dims::drop);

/// The mean over the axes. Throws an Error for no elements.
template <class T>
Var<T> mean(const Var<T>& x, const Axes& axes = every_axis, Dims dims = Dims::drop);

/// The biased variance mean((x - mean(x))²), in two passes. Throws an Error for no elements.
template <class T>
Var<T> variance(const Var<T>& x, const Axes& axes = every_axis, Dims dims = Dims::drop);

/// The largest element, NaN if one is NaN; equal ones share the gradient. Throws an Error for no elements.
template <class T>
Var<T> max(const Var<T>& x, const Axes& axes = every_axis, Dims dims = Dims::drop);

/// The smallest element, likewise.
template <class T>
Var<T> min(const Var<T>& x, const Axes& axes = every_axis, Dims dims = Dims::drop);

/// log(sum(exp(x))) without overflow. Throws an Error for no elements.
template <class T>
Var<T> logsumexp(const Var<T>& x, const Axes& axes = every_axis, Dims dims = Dims::drop);

/// exp(x) / sum(exp(x)) over the axes, in the shape of x.
template <class T>
Var<T> softmax(const Var<T>& x, const Axes& axes = {-1});

/// log(softmax(x)) without overflow, in the shape of x.
template <class T>
Var<T> log_softmax(const Var<T>& x, const Axes& axes = {-1});

}  // namespace wengert
