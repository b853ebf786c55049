#include <autograd/operations/windows.hpp>

namespace wengert {
namespace {

/// One of the two axes.
struct Axis {
  const char* name;
  std::size_t Size2d::*extent;
};

constexpr Axis height{"height", &Size2d::height};
constexpr Axis width{"width", &Size2d::width};

kernel::Windows windows_along(std::string_view operation, const std::string& got, const Axis& axis, const Size2d& plane,
                              const Sliding& sliding) {
  const std::size_t input = plane.*axis.extent, taps = sliding.size.*axis.extent;
  const std::size_t stride = sliding.stride.*axis.extent, dilation = sliding.dilation.*axis.extent;
  require(taps > 0, operation, "got {} with a window of {} 0; expected at least 1", got, axis.name);
  require(stride > 0, operation, "got {} with a stride of 0 along the {}; expected at least 1", got, axis.name);
  require(dilation > 0, operation, "got {} with a dilation of 0 along the {}; expected at least 1, which is none", got,
          axis.name);
  const std::size_t reach = (taps - 1) * dilation + 1;
  std::size_t before = sliding.padding.size.*axis.extent, both = 2 * before;
  if (sliding.padding.rule == Padding::same) {
    const std::size_t covered = input == 0 ? 0 : (input - 1) / stride * stride + reach;
    both = covered > input ? covered - input : 0;
    before = both / 2;
  }
  require(input > 0 && reach <= input + both, operation,
          "got {}: along the {} a window reaches over {} places, but the image has {} and the padding {}; expected a "
          "window within the padded image; use a smaller window or more padding",
          got, axis.name, reach, input, both);
  return {input, taps, (input + both - reach) / stride + 1, stride, dilation, before};
}

}  // namespace

WindowsOfPlane windows_of_plane(std::string_view operation, const std::string& got, const Size2d& plane,
                                const Sliding& sliding) {
  return {windows_along(operation, got, height, plane, sliding), windows_along(operation, got, width, plane, sliding)};
}

}  // namespace wengert
