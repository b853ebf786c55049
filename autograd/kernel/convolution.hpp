#pragma once

#include <autograd/kernel/windows.hpp>

namespace wengert::kernel {

/// The extents of a convolution: x (N, C, H, W) and w (O, C / groups, taps of a row, taps of a column) give
/// y (N, O, windows of a row, windows of a column).
struct Convolution {
  std::size_t samples;
  std::size_t in_channels;
  std::size_t out_channels;
  std::size_t groups;
  Windows rows;
  Windows columns;

  std::size_t group_in() const { return in_channels / groups; }
  std::size_t group_out() const { return out_channels / groups; }
  /// Elements of one weight's patch: k = (channel, row tap, column tap).
  std::size_t patch() const { return group_in() * rows.taps * columns.taps; }
  std::size_t input_plane() const { return rows.input * columns.input; }
  std::size_t output_plane() const { return rows.output * columns.output; }
};

/// What is done to a channel's elements before they are stored: y = bias + sum, and then max(y, 0), where NaN stays.
template <class T>
struct Epilogue {
  const T* bias = nullptr;
  bool relu = false;
};

/// y[n, o, p] = Σ_k w[o, k] x[n, place(p, k)], with the epilogue.
template <class T>
void convolve(const Convolution& c, const T* x, const T* w, const Epilogue<T>& epilogue, T* y);

/// dx[n, place(p, k)] = Σ g[n, o, p] w[o, k] over all o, p and k that lead there.
template <class T>
void convolve_input_gradient(const Convolution& c, const T* g, const T* w, T* dx);

/// dw[o, k] = Σ_{n, p} g[n, o, p] x[n, place(p, k)].
template <class T>
void convolve_weight_gradient(const Convolution& c, const T* x, const T* g, T* dw);

}  // namespace wengert::kernel
