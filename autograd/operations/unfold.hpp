#pragma once

#include <autograd/operations/windows.hpp>
#include <autograd/tape/var.hpp>

namespace wengert {

/// The elements below every place of a sliding window as a column: x (N, C, H, W) -> (N, C · kH · kW, L) with one
/// column for each of the L = H' · W' places, zeros where the padding is. Also called im2col. Throws an Error that
/// names the shape if a window does not fit.
template <class T>
Var<T> unfold(const Var<T>& x, const Sliding& sliding);

/// What pulls back `unfold`: every element of a column is added to the place that it came from; (N, C · kH · kW, L) ->
/// (N, C, H, W) for a plane of the given height and width. Also called col2im.
template <class T>
Var<T> fold(const Var<T>& columns, const Size2d& plane, const Sliding& sliding);

}  // namespace wengert
