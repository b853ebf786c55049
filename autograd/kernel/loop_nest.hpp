#pragma once

#include <autograd/arrays/shape.hpp>

#include <span>

namespace wengert::kernel {

/// A pass is shared among threads in pieces: one of a simple formula takes as long as waking a thread.
inline constexpr std::ptrdiff_t elements_of_a_piece = 32768;
inline constexpr std::ptrdiff_t most_pieces_of_a_pass = 64;

/// The loops of one pass over a space and the arrays that broadcast to it: axes of extent one are left out, and
/// neighbouring axes along which every array advances alike are merged into one.
class LoopNest {
 public:
  /// `arrays` are the shapes of row-major arrays that broadcast to `space`.
  LoopNest(const Shape& space, std::span<const Shape* const> arrays);
  /// `strides` has, array by array, how far it advances along each axis of `space`.
  LoopNest(const Shape& space, std::span<const std::ptrdiff_t> strides, std::size_t arrays);

  std::size_t depth() const { return extents_.size(); }
  std::ptrdiff_t extent(std::size_t loop) const { return extents_[loop]; }
  /// How many elements `array` advances per step of `loop`; 0 where it is broadcast.
  std::ptrdiff_t stride(std::size_t loop, std::size_t array) const { return strides_[loop * arrays_ + array]; }
  /// Whether `array` has fewer elements than the space, so that writing to it is a sum.
  bool is_broadcast(std::size_t array) const;

 private:
  void merge_axes(const Shape& space, std::span<const std::ptrdiff_t> strides);

  std::size_t arrays_;
  xt::svector<std::ptrdiff_t, 4> extents_;
  xt::svector<std::ptrdiff_t, 32> strides_;
};

}  // namespace wengert::kernel
