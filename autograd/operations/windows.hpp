#pragma once

#include <autograd/arrays/attribute.hpp>
#include <autograd/kernel/windows.hpp>

namespace wengert {

/// A number for each of the last two axes, written as one number where they are equal: `.stride = 2`, `{2, 1}`.
struct Size2d {
  std::size_t height;
  std::size_t width;

  constexpr Size2d(std::size_t both) : height(both), width(both) {}
  constexpr Size2d(std::size_t rows, std::size_t columns) : height(rows), width(columns) {}
  friend bool operator==(const Size2d&, const Size2d&) = default;
};

/// The paddings that have a name: `valid` adds nothing; `same` adds zeros until there are ceil(input / stride) outputs,
/// the larger half behind, as Keras does, and PyTorch where the stride is 1.
enum class Padding { valid, same };

/// The padding of the last two axes, on both sides of each: numbers, or a rule.
struct Padding2d {
  Size2d size = 0;
  Padding rule = Padding::valid;

  constexpr Padding2d(std::size_t both) : size(both) {}
  constexpr Padding2d(std::size_t rows, std::size_t columns) : size(rows, columns) {}
  constexpr Padding2d(Padding named) : rule(named) {}
};

/// How windows slide over the last two axes.
struct Sliding {
  Size2d size;  ///< taps of a window
  Size2d stride = 1;
  Padding2d padding = 0;
  Size2d dilation = 1;
};

struct WindowsOfPlane {
  kernel::Windows rows;
  kernel::Windows columns;
};

/// The windows that lie within a padded plane, floor((H + padding - reach) / stride) + 1 along each axis. Throws an
/// Error in the name of `operation` for a size, stride or dilation of zero, and for a window that is larger than the
/// padded plane; `got` describes the operands.
WindowsOfPlane windows_of_plane(std::string_view operation, const std::string& got, const Size2d& plane,
                                const Sliding& sliding);

/// Adds a size to what is recorded of an operation: `2`, or `(2, 1)` where the axes differ.
void tell(Attributes& attributes, const char* name, const Size2d& size);
/// Adds how windows slide, without what is as usual and without their size.
void tell(Attributes& attributes, const Sliding& sliding);

/// What `tell` has added, or what is usual.
Size2d told_size(const Attributes& attributes, std::string_view name, const Size2d& usual);
Sliding told_sliding(const Attributes& attributes);

}  // namespace wengert
