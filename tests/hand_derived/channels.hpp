#pragma once

#include <autograd/arrays/shape.hpp>

#include "plain_arrays.hpp"

namespace wengert::hand_derived {

/// How the elements of an array fall into channels, one mean and one variance each. Elements that differ only in
/// their coordinates along the reduced axes share a channel; channels are numbered in row-major order of the others.
/// (N, C) with axes {0}, (N, C, L) with {0, 2} and (N, C, H, W) with {0, 2, 3} have C channels.
struct Channels {
  std::vector<std::size_t> of;     ///< of[i] is the channel of element i
  std::size_t count;               ///< C
  std::size_t values_per_channel;  ///< m, the number of elements of each channel
};

/// The channels of an array of this shape whose mean is taken over `reduced_axes`; negative axes count from the last.
Channels make_channels(const Shape& shape, const Axes& reduced_axes);

}  // namespace wengert::hand_derived
