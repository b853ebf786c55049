#include <autograd/operations/movement.hpp>
#include <autograd/operations/padding.hpp>
#include <autograd/operations/selection.hpp>

namespace wengert {
namespace {

/// Throws an Error if an axis, or the whole, would be longer than an array can be.
void require_room(const NamedShape& x, const PadWidths& widths) {
  Shape padded = *x.shape;
  for (std::size_t axis = 0; axis < widths.size(); ++axis) {
    const auto& [before, after] = widths[axis];
    require(std::max(before, after) <= most_elements, "pad",
            "got {} to be padded by {} and {} along axis {}; expected at most {} each", x, before, after, axis,
            most_elements);
    padded[axis] += before + after;
  }
  element_count(padded);
}

/// Where the elements of a padded axis come from.
Indices sources(PadMode mode, std::size_t extent, const std::array<std::size_t, 2>& widths, const NamedShape& x) {
  const auto last = static_cast<std::ptrdiff_t>(extent) - 1;
  const bool mirrored = mode == PadMode::reflect;
  require(extent > 0 && (!mirrored || std::max(widths[0], widths[1]) < extent), "pad",
          "got {} to be padded by {} and {} along an axis of {}; expected {}", x, widths[0], widths[1], extent,
          mirrored ? "widths below the extent, as the edge is not repeated" : "at least one element");
  Indices result;
  result.reserve(extent + widths[0] + widths[1]);
  for (std::ptrdiff_t k = -static_cast<std::ptrdiff_t>(widths[0]); k <= last + static_cast<std::ptrdiff_t>(widths[1]);
       ++k) {
    const std::ptrdiff_t reflected = k > last ? 2 * last - k : std::abs(k);
    result.push_back(static_cast<std::size_t>(mirrored ? reflected : std::clamp<std::ptrdiff_t>(k, 0, last)));
  }
  return result;
}

template <class T>
Var<T> padded_along(const Var<T>& x, std::size_t axis, const std::array<std::size_t, 2>& widths,
                    const PadOptions& options, const NamedShape& original) {
  const auto along = static_cast<std::ptrdiff_t>(axis);
  if (options.mode != PadMode::constant)
    return gather(x, sources(options.mode, x.shape()[axis], widths, original), along);
  if (options.value == 0.0) return pad(x, along, widths[0], widths[1]);
  const auto filled = [&](std::size_t width) {
    Shape shape = x.shape();
    shape[axis] = width;
    return Var<T>(full<T>(shape, static_cast<T>(options.value)));
  };
  return concat(std::vector{filled(widths[0]), x, filled(widths[1])}, along);
}

}  // namespace

template <class T>
Var<T> pad(const Var<T>& x, const PadWidths& widths, const PadOptions& options) {
  require(widths.size() == x.rank(), "pad", "got {} pairs of widths for {}; expected one for each axis", widths.size(),
          described(x));
  require_room(described(x), widths);
  Var<T> y = x;
  for (std::size_t axis = 0; axis < widths.size(); ++axis) {
    if (widths[axis] != std::array<std::size_t, 2>{0, 0})
      y = padded_along(y, axis, widths[axis], options, described(x));
  }
  return y;
}

template Var<float> pad(const Var<float>&, const PadWidths&, const PadOptions&);
template Var<double> pad(const Var<double>&, const PadWidths&, const PadOptions&);

}  // namespace wengert
