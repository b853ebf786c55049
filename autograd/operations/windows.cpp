#include <autograd/operations/windows.hpp>

#include <algorithm>

namespace wengert {
namespace {

/// One of the two axes.
struct Axis {
  const char* name;
  std::size_t Size2d::*extent;
};

constexpr Axis height{"height", &Size2d::height};
constexpr Axis width{"width", &Size2d::width};

constexpr std::size_t largest = std::size_t{1} << 31U;  // what is computed from a few of them does not wrap around
constexpr std::size_t largest_plane = std::size_t{1} << 40U;

void require_sizes(std::string_view operation, const std::string& got, const Axis& axis, const Sliding& sliding) {
  const std::size_t taps = sliding.size.*axis.extent, dilation = sliding.dilation.*axis.extent;
  require(taps > 0, operation, "got {} with a window of {} 0; expected at least 1", got, axis.name);
  require(dilation > 0, operation, "got {} with a dilation of 0 along the {}; expected at least 1, which is none", got,
          axis.name);
  const std::size_t padding = sliding.padding.size.*axis.extent;
  require(std::max({taps, dilation, padding}) <= largest, operation,
          "got {} with a window of {}, a dilation of {} and a padding of {} along the {}; expected at most {} each",
          got, taps, dilation, padding, axis.name, largest);
}

kernel::Windows windows_along(std::string_view operation, const std::string& got, const Axis& axis, const Size2d& plane,
                              const Sliding& sliding) {
  require_sizes(operation, got, axis, sliding);
  const std::size_t input = plane.*axis.extent, taps = sliding.size.*axis.extent;
  const std::size_t stride = sliding.stride.*axis.extent, dilation = sliding.dilation.*axis.extent;
  require(stride > 0, operation, "got {} with a stride of 0 along the {}; expected at least 1", got, axis.name);
  const std::size_t reach = (taps - 1) * dilation + 1;
  std::size_t before = sliding.padding.size.*axis.extent, both = 2 * before;
  if (sliding.padding.rule == Padding::same) {
    const std::size_t covered = input == 0 ? 0 : (input - 1) / stride * stride + reach;
    both = covered > input ? covered - input : 0;
    before = both / 2;
  }
  require(input > 0 && reach <= input + both, operation,
          "got {}: along the {} a window reaches over {} places, but the input has {} and the padding {}; expected a "
          "window within the padded input; use a smaller window or more padding",
          got, axis.name, reach, input, both);
  const std::size_t step = std::min(stride, input + both);  // a longer one leads out of the input, too
  return {input, taps, (input + both - reach) / stride + 1, step, dilation, before};
}

}  // namespace

WindowsOfPlane windows_of_plane(std::string_view operation, const std::string& got, const Size2d& plane,
                                const Sliding& sliding) {
  const WindowsOfPlane windows{windows_along(operation, got, height, plane, sliding),
                               windows_along(operation, got, width, plane, sliding)};
  const std::size_t rows = windows.rows.input + 2 * windows.rows.before;
  const std::size_t columns = windows.columns.input + 2 * windows.columns.before;
  require(rows <= largest_plane / columns, operation, "got {}, padded to {}x{}; expected at most {} places", got, rows,
          columns, largest_plane);
  return windows;
}

void tell(Attributes& attributes, const char* name, const Size2d& size) {
  if (size.height == size.width) attributes.push_back({name, size.height});
  else attributes.push_back({name, Shape{size.height, size.width}});
}

void tell(Attributes& attributes, const Sliding& sliding) {
  if (sliding.stride != Size2d(1)) tell(attributes, "stride", sliding.stride);
  if (sliding.padding.rule == Padding::same) attributes.push_back({"padding", std::string("same")});
  else if (sliding.padding.size != Size2d(0)) tell(attributes, "padding", sliding.padding.size);
  if (sliding.dilation != Size2d(1)) tell(attributes, "dilation", sliding.dilation);
}

Size2d told_size(const Attributes& attributes, std::string_view name, const Size2d& usual) {
  if (const auto* both = find_attribute<std::size_t>(attributes, name)) return *both;
  const auto* each = find_attribute<Shape>(attributes, name);
  return each != nullptr ? Size2d((*each)[0], (*each)[1]) : usual;
}

Sliding told_sliding(const Attributes& attributes) {
  const Size2d size = told_size(attributes, "padding", 0);
  const bool is_same = find_attribute<std::string>(attributes, "padding") != nullptr;
  return {.size = told_size(attributes, "size", 1),
          .stride = told_size(attributes, "stride", 1),
          .padding = is_same ? Padding2d(Padding::same) : Padding2d(size.height, size.width),
          .dilation = told_size(attributes, "dilation", 1)};
}

}  // namespace wengert
