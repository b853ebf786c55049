#pragma once

#include <autograd/kernel/convolution.hpp>
#include <autograd/operations/windows.hpp>
#include <autograd/tape/var.hpp>

namespace wengert {

/// What a convolution may do to its sums before it stores them.
enum class Activation { none, relu };

template <class T>
struct ConvolutionOptions {
  Size2d stride = 1;
  Padding2d padding = 0;  ///< numbers, Padding::same or Padding::valid
  Size2d dilation = 1;
  std::size_t groups = 1;                    ///< channels that see only their own part of the input
  std::optional<Var<T>> bias{};              ///< (O)
  Activation activation = Activation::none;  ///< in the same pass
};

/// The convolution of deep learning, a cross-correlation: x (N, C, H, W) with w (O, C / groups, kH, kW) gives
///   y[n, o, i, j] = bias[o] + Σ_{c, u, v} w[o, c, u, v] x[n, c, i stride + u dilation - padding, ...]  (N, O, H', W')
/// with zeros where the padding is, and max(y, 0) if the options ask for it. Throws an Error that names the shapes if
/// the channels do not fit, the groups do not divide them, a window is larger than the padded image, or a stride or
/// dilation is zero.
template <class T>
Var<T> conv2d(const Var<T>& x, const Var<T>& w, const ConvolutionOptions<T>& options = {});

/// The same along one axis: x (N, C, L) with w (O, C / groups, k) gives (N, O, L'). It is a conv2d of height one; of
/// the options it reads what is along the width.
template <class T>
Var<T> conv1d(const Var<T>& x, const Var<T>& w, const ConvolutionOptions<T>& options = {});

/// The same as a product of matrices, every step on the tape: y = w (O, K) · unfold(x) (N, K, L) with one column of K
/// = C kH kW elements for each of the L places of the window. Slow; it shows what a convolution is.
template <class T>
Var<T> conv2d_by_matmul(const Var<T>& x, const Var<T>& w, const ConvolutionOptions<T>& options = {});

/// The extents of `conv2d`, checked. Throws an Error as it does, in the name of `operation`.
template <class T>
kernel::Convolution conv2d_extents(std::string_view operation, const NamedShape& x, const NamedShape& w,
                                   const ConvolutionOptions<T>& options);

/// Those of `conv1d`, whose rows have one place.
template <class T>
kernel::Convolution conv1d_extents(std::string_view operation, const NamedShape& x, const NamedShape& w,
                                   const ConvolutionOptions<T>& options);

// conv2d is linear in x and in w. With these two it is closed under differentiation: the rule of each is written with
// the other two. Their shapes are those that the extents say.

/// What pulls y back to x, also called a transposed convolution: g (N, O, H', W') with w gives (N, C, H, W).
template <class T>
Var<T> conv2d_input_gradient(const Var<T>& g, const Var<T>& w, const kernel::Convolution& extents);

/// What pulls y back to w: x (N, C, H, W) with g (N, O, H', W') gives (O, C / groups, kH, kW).
template <class T>
Var<T> conv2d_weight_gradient(const Var<T>& x, const Var<T>& g, const kernel::Convolution& extents);

}  // namespace wengert
