#include "channels.hpp"

namespace wengert::hand_derived {

namespace {

std::vector<bool> mark_reduced(std::size_t rank, const Axes& reduced_axes) {
  std::vector<bool> is_reduced(rank, false);
  for (std::ptrdiff_t axis : reduced_axes) {
    const std::ptrdiff_t from_first = axis < 0 ? axis + static_cast<std::ptrdiff_t>(rank) : axis;
    is_reduced.at(static_cast<std::size_t>(from_first)) = true;
  }
  return is_reduced;
}

/// Takes the coordinates of element i off from the last axis to the first.
std::size_t channel_of_element(std::size_t i, const Shape& shape, const std::vector<bool>& is_reduced) {
  std::size_t channel = 0;
  std::size_t channel_stride = 1;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    const std::size_t coordinate = i % shape[axis];
    i /= shape[axis];
    if (is_reduced[axis]) continue;
    channel += coordinate * channel_stride;
    channel_stride *= shape[axis];
  }
  return channel;
}

}  // namespace

Channels make_channels(const Shape& shape, const Axes& reduced_axes) {
  const std::vector<bool> is_reduced = mark_reduced(shape.size(), reduced_axes);
  Channels channels{{}, 1, 1};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    (is_reduced[axis] ? channels.values_per_channel : channels.count) *= shape[axis];
  }
  const std::size_t element_count = channels.count * channels.values_per_channel;
  channels.of.reserve(element_count);
  for (std::size_t i = 0; i < element_count; ++i) channels.of.push_back(channel_of_element(i, shape, is_reduced));
  return channels;
}

}  // namespace wengert::hand_derived
