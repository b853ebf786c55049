#pragma once

#include "plain_arrays.hpp"

namespace wengert::hand_derived {

/// A convolution of planes, one number for everything along an axis.
struct Convolution {
  std::size_t samples, in_channels, out_channels, groups;
  std::array<std::size_t, 2> input;  ///< height and width, and so below
  std::array<std::size_t, 2> taps;
  std::array<std::size_t, 2> stride{1, 1};
  std::array<std::size_t, 2> padding{0, 0};  ///< in front and behind
  std::array<std::size_t, 2> dilation{1, 1};

  std::size_t output(std::size_t axis) const {
    return (input[axis] + 2 * padding[axis] - dilation[axis] * (taps[axis] - 1) - 1) / stride[axis] + 1;
  }
};

struct ConvolutionGradients {
  Values dx, dw, db;
};

/// Its definition, loop by loop:
///   y[n, o, i, j] = b[o] + Σ_{c, u, v} w[o, c, u, v] x[n, first channel of o's group + c, i s + u d - p, j s + v d -
///   p]
Values convolution(const Convolution& c, const Values& x, const Values& w, const Values& b);

/// From the definition: y depends on x and w by one product for each (n, o, i, j, c, u, v), so that
///   dx[where the product read x] += g · w,   dw[o, c, u, v] += g · x,   db[o] += g.
ConvolutionGradients convolution_backward(const Convolution& c, const Values& x, const Values& w, const Values& g);

}  // namespace wengert::hand_derived
