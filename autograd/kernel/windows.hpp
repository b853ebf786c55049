#pragma once

#include <algorithm>
#include <cstddef>

namespace wengert::kernel {

/// Where the windows of a convolution or of a pooling lie along one axis: tap t of window o is at the place
///   o · stride + t · dilation - before
/// of the input. What is outside 0 ... input - 1 is padding.
struct Windows {
  std::size_t input;
  std::size_t taps;    ///< places that a window looks at
  std::size_t output;  ///< number of windows
  std::size_t stride = 1;
  std::size_t dilation = 1;
  std::size_t before = 0;  ///< places of padding in front

  /// The extent of the input with all the padding that a window touches.
  std::size_t padded() const { return std::max(before + input, (output - 1) * stride + (taps - 1) * dilation + 1); }
  /// The place of a tap; negative, or `input` and more, in the padding.
  std::ptrdiff_t place(std::size_t window, std::size_t tap) const {
    return static_cast<std::ptrdiff_t>(window * stride + tap * dilation) - static_cast<std::ptrdiff_t>(before);
  }
  bool inside(std::ptrdiff_t place) const { return place >= 0 && place < static_cast<std::ptrdiff_t>(input); }
};

}  // namespace wengert::kernel
