#include <autograd/arrays/shape.hpp>

#include <algorithm>
#include <numeric>

namespace wengert {
namespace {

template <class Container>
std::string join(const Container& numbers) {
  std::string text;
  for (auto number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

/// The extent that an operand of lower rank has at `axis` of the result: one where it has no such axis.
std::size_t aligned_extent(const Shape& shape, std::size_t axis, std::size_t rank) {
  const std::size_t missing = rank - shape.size();
  return axis < missing ? 1 : shape[axis - missing];
}

[[noreturn]] void fail_to_broadcast(std::string_view operation, std::span<const NamedShape> operands,
                                    std::size_t axis) {
  std::string list;
  for (const NamedShape& operand : operands) {
    list += (list.empty() ? "" : ", ") + to_string(operand);
  }
  fail(operation, fmt::format("the shapes do not broadcast at axis {}: got {}; expected extents that are equal or 1, "
                              "aligned at the last axis; reshape an operand or sum with keep_dims",
                              axis, list));
}

}  // namespace

std::size_t element_count(const Shape& shape) {
  std::size_t room = most_elements;
  for (const std::size_t extent : shape) {
    room /= std::max<std::size_t>(extent, 1);  // of a shape with a zero too: its strides are products all the same
    require(room > 0, "shape",
            "the extents of {} multiply to more than 2^60 elements; expected a shape that fits in memory; check the "
            "order and the sizes of the axes",
            shape);
  }
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

const Shape& checked(const Shape& shape) {
  element_count(shape);
  return shape;
}

std::string to_string(const Shape& shape) { return "(" + join(shape) + (shape.size() == 1 ? ",)" : ")"); }

std::string to_string(const NamedShape& operand) {
  const std::string name = operand.name.empty() ? "the variable" : "'" + std::string(operand.name) + "'";
  return name + " " + to_string(*operand.shape);
}

std::string to_string(const Axes& axes) { return "{" + join(axes) + "}"; }

std::vector<std::size_t> normalise_axes(std::string_view operation, const Axes& axes, std::size_t rank) {
  std::vector<std::size_t> result;
  for (std::ptrdiff_t axis : resolved(axes, rank)) {
    const auto signed_rank = static_cast<std::ptrdiff_t>(rank);
    require(rank > 0, operation, "axis {} is out of range: the input is a scalar and has no axes", axis);
    require(-signed_rank <= axis && axis < signed_rank, operation,
            "axis {} is out of range: the input has {} axes, so an axis is one of -{} to {}", axis, rank, rank,
            signed_rank - 1);
    result.push_back(static_cast<std::size_t>(axis < 0 ? axis + signed_rank : axis));
  }
  std::sort(result.begin(), result.end());
  if (std::adjacent_find(result.begin(), result.end()) != result.end()) {
    fail(operation,
         fmt::format("an axis is repeated: got {} for {} axes; name each axis once (negative axes count from "
                     "the last)",
                     to_string(axes), rank));
  }
  return result;
}

Axes all_axes(std::size_t rank) {
  Axes axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

Axes resolved(const Axes& axes, std::size_t rank) { return axes == every_axis ? all_axes(rank) : axes; }

Shape reduced_shape(const Shape& shape, const std::vector<std::size_t>& axes, Dims dims) {
  Shape result;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool reduced = std::binary_search(axes.begin(), axes.end(), axis);
    if (!reduced) result.push_back(shape[axis]);
    else if (dims == Dims::keep) result.push_back(1);
  }
  return result;
}

Shape broadcast_shapes(std::string_view operation, std::span<const NamedShape> operands) {
  std::size_t rank = 0;
  for (const NamedShape& operand : operands) rank = std::max(rank, operand.shape->size());
  Shape result(rank, 1);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    for (const NamedShape& operand : operands) {
      const std::size_t extent = aligned_extent(*operand.shape, axis, rank);
      if (extent == 1) continue;
      if (result[axis] != 1 && result[axis] != extent) fail_to_broadcast(operation, operands, axis);
      result[axis] = extent;
    }
  }
  element_count(result);
  return result;
}

Axes repeated_axes(const Shape& from, const Shape& to) {
  Axes axes;
  for (std::size_t axis = 0; axis < to.size(); ++axis) {
    const bool is_missing = axis < to.size() - from.size();
    if (is_missing || aligned_extent(from, axis, to.size()) != to[axis])
      axes.push_back(static_cast<std::ptrdiff_t>(axis));
  }
  return axes;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.size() > to.size()) return false;
  for (std::size_t axis = 0; axis < to.size(); ++axis) {
    const std::size_t extent = aligned_extent(from, axis, to.size());
    if (extent != 1 && extent != to[axis]) return false;
  }
  return true;
}

}  // namespace wengert
