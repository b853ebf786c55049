#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

// Operations that move elements and compute nothing. Each throws an Error that names the shapes if they do not fit.

/// The same elements, in row-major order, under another shape of the same size.
template <class T>
Var<T> reshape(const Var<T>& x, const Shape& shape);

/// y[i_0, i_1, ...] with axis k of y being axis axes[k] of x; `axes` names every axis once.
template <class T>
Var<T> permute(const Var<T>& x, const Axes& axes);

/// The last two axes exchanged: (..., M, N) -> (..., N, M).
template <class T>
Var<T> transpose(const Var<T>& x);

/// x repeated along missing axes and axes of extent one, as NumPy does.
template <class T>
Var<T> broadcast_to(const Var<T>& x, const Shape& shape);

/// The elements begin .. end - 1 along one axis.
template <class T>
Var<T> slice(const Var<T>& x, std::ptrdiff_t axis, std::size_t begin, std::size_t end);

/// x with `before` and `after` zeros along one axis; what pulls back a slice.
template <class T>
Var<T> pad(const Var<T>& x, std::ptrdiff_t axis, std::size_t before, std::size_t after);

/// The variables one behind the other along one axis; their other extents agree.
template <class T>
Var<T> concat(const std::vector<Var<T>>& parts, std::ptrdiff_t axis);

/// Variables of one shape as the slices of a new axis.
template <class T>
Var<T> stack(const std::vector<Var<T>>& parts, std::ptrdiff_t axis);

}  // namespace wengert
