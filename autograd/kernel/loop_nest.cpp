#include <autograd/kernel/loop_nest.hpp>

namespace wengert::kernel {
namespace {

/// The strides of a row-major array along every axis of a space that it broadcasts to.
void broadcast_strides(const Shape& array, std::size_t rank, std::span<std::ptrdiff_t> strides) {
  std::ptrdiff_t stride = 1;
  for (std::size_t axis = rank; axis-- > 0;) {
    const std::size_t missing = rank - array.size();
    const std::size_t extent = axis < missing ? 1 : array[axis - missing];
    strides[axis] = extent == 1 ? 0 : stride;
    stride *= static_cast<std::ptrdiff_t>(extent);
  }
}

}  // namespace

LoopNest::LoopNest(const Shape& space, std::span<const Shape* const> arrays) : arrays_(arrays.size()) {
  const std::size_t rank = space.size();
  xt::svector<std::ptrdiff_t, 64> strides(arrays_ * rank);
  for (std::size_t array = 0; array < arrays_; ++array) {
    broadcast_strides(*arrays[array], rank, std::span(strides.data() + array * rank, rank));
  }
  merge_axes(space, strides);
}

LoopNest::LoopNest(const Shape& space, std::span<const std::ptrdiff_t> strides, std::size_t arrays) : arrays_(arrays) {
  merge_axes(space, strides);
}

void LoopNest::merge_axes(const Shape& space, std::span<const std::ptrdiff_t> strides) {
  const std::size_t rank = space.size();
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const auto extent = static_cast<std::ptrdiff_t>(space[axis]);
    if (extent == 1) continue;
    bool merges = !extents_.empty();
    for (std::size_t array = 0; merges && array < arrays_; ++array) {
      merges = stride(depth() - 1, array) == strides[array * rank + axis] * extent;
    }
    if (merges) {
      extents_.back() *= extent;
    } else {
      extents_.push_back(extent);
      strides_.resize(strides_.size() + arrays_);
    }
    for (std::size_t array = 0; array < arrays_; ++array) {
      strides_[(depth() - 1) * arrays_ + array] = strides[array * rank + axis];
    }
  }
  if (extents_.empty()) {  // a scalar space: one element, at which every array stands
    extents_.push_back(1);
    strides_.resize(arrays_);
    std::fill(strides_.begin(), strides_.end(), 1);
  }
}

bool LoopNest::is_broadcast(std::size_t array) const {
  for (std::size_t loop = 0; loop < depth(); ++loop) {
    if (stride(loop, array) == 0) return true;
  }
  return false;
}

}  // namespace wengert::kernel
