#include <autograd/kernel/copy.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/tape/record.hpp>

#include <limits>
#include <numeric>

namespace wengert {
namespace {

std::size_t product(const Shape& shape, std::size_t first, std::size_t last) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(first),
                         shape.begin() + static_cast<std::ptrdiff_t>(last), std::size_t{1}, std::multiplies<>());
}

std::size_t normalise_axis(std::string_view operation, std::ptrdiff_t axis, std::size_t rank) {
  return normalise_axes(operation, {axis}, rank).front();
}

Shape with_extent(Shape shape, std::size_t axis, std::size_t extent) {
  shape[axis] = extent;
  return shape;
}

/// The extent of parts side by side, of which each but the first may be any number.
std::size_t joined_extent(std::string_view operation, std::size_t extent, std::size_t more) {
  require(more <= std::numeric_limits<std::size_t>::max() - extent, operation,
          "the extents {} and {} add up to more than an axis can have; check the sizes", extent, more);
  return extent + more;
}

/// Where blocks stand in an array: that of the first, and from each to the next.
struct Blocks {
  std::size_t first;
  std::size_t step;
};

/// Copies `count` blocks of `length` elements. An array without elements has no place to count from.
template <class T>
void copy_blocks(const T* from, Blocks of_from, T* to, Blocks of_to, std::size_t length, std::size_t count) {
  if (length == 0 || count == 0) return;
  kernel::copy({count, length}, from + of_from.first, {static_cast<std::ptrdiff_t>(of_from.step), 1}, to + of_to.first,
               {static_cast<std::ptrdiff_t>(of_to.step), 1});
}

/// Adds `count` blocks of `length` elements, which stand one behind the other, to those of another array.
template <class T>
void add_blocks(const T* from, T* to, Blocks of_to, std::size_t length, std::size_t count) {
  for (std::size_t block = 0; block < count; ++block, from += length) {
    T* const begin = to + of_to.first + block * of_to.step;
    std::transform(from, from + length, begin, begin, std::plus<>());
  }
}

/// The parts one behind the other along an axis of `shape`.
template <class T>
Array<T> joined(const std::vector<Var<T>>& parts, std::size_t along, const Shape& shape) {
  const std::size_t outer = product(shape, 0, along);
  const std::size_t row = product(shape, along, shape.size());
  element_count(shape);
  Array<T> y = empty<T>(shape);
  std::size_t place = 0;
  for (const Var<T>& part : parts) {
    const std::size_t length = outer == 0 ? 0 : part.size() / outer;
    copy_blocks(part.value().data(), {0, length}, y.data(), {place, row}, length, outer);
    place += length;
  }
  return y;
}

}  // namespace

template <class T>
Var<T> reshape(const Var<T>& x, const Shape& shape) {
  require(element_count(shape) == x.size(), "reshape",
          "{} has {} elements, but shape {} has {}; expected the same number", described(x), x.size(), shape,
          element_count(shape));
  Array<T> y = empty<T>(shape);
  copy_blocks(x.value().data(), {0, x.size()}, y.data(), {0, x.size()}, x.size(), 1);
  return record(Label("reshape", {{"shape", shape}}), std::move(y),
                wrt(x, [from = x.shape()](const Var<T>& g) { return reshape(g, from); }));
}

template <class T>
Var<T> permute(const Var<T>& x, const Axes& axes) {
  const std::vector<std::size_t> sorted = normalise_axes("permute", axes, x.rank());
  if (sorted.size() != x.rank()) {
    fail("permute", fmt::format("got the axes {} for {}; expected every axis once", to_string(axes), described(x)));
  }
  const kernel::Strides of_x = kernel::row_major_strides(x.shape());
  kernel::Strides strides(x.rank());
  Shape shape(x.rank());
  Axes inverse(x.rank());
  for (std::size_t k = 0; k < x.rank(); ++k) {
    const std::size_t axis = normalise_axis("permute", axes[k], x.rank());
    strides[k] = of_x[axis];
    shape[k] = x.shape()[axis];
    inverse[axis] = static_cast<std::ptrdiff_t>(k);
  }
  element_count(shape);
  Array<T> y = empty<T>(shape);
  kernel::copy(shape, x.value().data(), strides, y.data(), kernel::row_major_strides(shape));
  return record(Label("permute", {{"axes", axes}}), std::move(y),
                wrt(x, [inverse](const Var<T>& g) { return permute(g, inverse); }));
}

template <class T>
Var<T> transpose(const Var<T>& x) {
  require(x.rank() >= 2, "transpose", "{} has {} axes; expected at least 2", described(x), x.rank());
  Axes axes = all_axes(x.rank());
  std::swap(axes[x.rank() - 1], axes[x.rank() - 2]);
  const Var<T> y = [&] {
    const NoRecord pause;
    return permute(x, axes);
  }();
  return record("transpose", y.value(), wrt(x, [](const Var<T>& g) { return transpose(g); }));
}

template <class T>
Var<T> broadcast_to(const Var<T>& x, const Shape& shape) {
  require(broadcasts_to(x.shape(), shape), "broadcast_to",
          "{} does not broadcast to {}; expected extents that are equal or 1, aligned at the last axis", described(x),
          shape);
  const kernel::Strides of_x = kernel::row_major_strides(x.shape());
  kernel::Strides strides(shape.size(), 0);
  const std::size_t missing = shape.size() - x.rank();
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    if (x.shape()[axis] != 1) strides[axis + missing] = of_x[axis];
  }
  element_count(shape);
  Array<T> y = empty<T>(shape);
  kernel::copy(shape, x.value().data(), strides, y.data(), kernel::row_major_strides(shape));
  // The tape sums the cotangent over the repeated axes, as it does for every operand.
  return record(Label("broadcast_to", {{"shape", shape}}), std::move(y), wrt(x, [](const Var<T>& g) { return g; }));
}

template <class T>
Var<T> slice(const Var<T>& x, std::ptrdiff_t axis, std::size_t begin, std::size_t end) {
  const std::size_t along = normalise_axis("slice", axis, x.rank());
  const std::size_t extent = x.shape()[along];
  require(begin <= end && end <= extent, "slice",
          "got the elements {} .. {} of axis {} of {}; expected 0 <= begin <= end <= {}", begin, end, axis,
          described(x), extent);
  const std::size_t inner = product(x.shape(), along + 1, x.rank());
  Array<T> y = empty<T>(with_extent(x.shape(), along, end - begin));
  const std::size_t outer = product(x.shape(), 0, along);
  const std::size_t length = (end - begin) * inner;
  const Blocks taken{begin * inner, extent * inner};
  copy_blocks(x.value().data(), taken, y.data(), {0, length}, length, outer);
  return record(
      Label("slice", {{"axis", along}, {"begin", begin}, {"end", end}}), std::move(y),
      wrt(
          x, [=](const Var<T>& g) { return pad(g, axis, begin, extent - end); },
          [=](const Array<T>& g, Array<T>& adjoint) { add_blocks(g.data(), adjoint.data(), taken, length, outer); }));
}

template <class T>
Var<T> pad(const Var<T>& x, std::ptrdiff_t axis, std::size_t before, std::size_t after) {
  const std::size_t along = normalise_axis("pad", axis, x.rank());
  const std::size_t extent = x.shape()[along];
  const std::size_t inner = product(x.shape(), along + 1, x.rank());
  const std::size_t padded = joined_extent("pad", joined_extent("pad", extent, before), after);
  const Shape shape = with_extent(x.shape(), along, padded);
  element_count(shape);
  Array<T> y = zeros<T>(shape);
  const std::size_t length = extent * inner;
  copy_blocks(x.value().data(), {0, length}, y.data(), {before * inner, padded * inner}, length,
              product(x.shape(), 0, along));
  return record(Label("pad", {{"axis", along}, {"before", before}, {"after", after}}), std::move(y),
                wrt(x, [=](const Var<T>& g) { return slice(g, axis, before, before + extent); }));
}

template <class T>
Var<T> concat(const std::vector<Var<T>>& parts, std::ptrdiff_t axis) {
  require(!parts.empty(), "concat", "there is nothing to concatenate; expected at least one variable");
  const std::size_t along = normalise_axis("concat", axis, parts.front().rank());
  std::size_t extent = 0;
  for (const Var<T>& part : parts) {
    const bool fits = part.rank() == parts.front().rank() &&
                      with_extent(part.shape(), along, 0) == with_extent(parts.front().shape(), along, 0);
    require(fits, "concat", "got {} and {} along axis {}; expected the other extents to be equal",
            described(parts.front()), described(part), axis);
    extent = joined_extent("concat", extent, part.shape()[along]);
  }
  std::vector<Edge<T>> edges;
  std::size_t begin = 0;
  for (const Var<T>& part : parts) {
    const std::size_t end = begin + part.shape()[along];
    edges.push_back(wrt(part, [=](const Var<T>& g) { return slice(g, axis, begin, end); }));
    begin = end;
  }
  Array<T> y = joined(parts, along, with_extent(parts.front().shape(), along, extent));
  return record(Label("concat", {{"axis", along}}), std::move(y), std::move(edges));
}

template <class T>
Var<T> stack(const std::vector<Var<T>>& parts, std::ptrdiff_t axis) {
  require(!parts.empty(), "stack", "there is nothing to stack; expected at least one variable");
  const Shape part_shape = parts.front().shape();
  const std::size_t along = normalise_axis("stack", axis, part_shape.size() + 1);
  Shape shape;
  for (std::size_t k = 0; k <= part_shape.size(); ++k) {
    if (k == along) shape.push_back(parts.size());
    if (k < part_shape.size()) shape.push_back(part_shape[k]);
  }
  std::vector<Edge<T>> edges;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    require(parts[k].shape() == part_shape, "stack", "got {} and {}; expected the same shape", described(parts.front()),
            described(parts[k]));
    edges.push_back(wrt(parts[k], [=](const Var<T>& g) {
      return reshape(slice(g, static_cast<std::ptrdiff_t>(along), k, k + 1), part_shape);
    }));
  }
  Array<T> y = joined(parts, along, shape);
  return record(Label("stack", {{"axis", along}}), std::move(y), std::move(edges));
}

template Var<float> reshape(const Var<float>&, const Shape&);
template Var<float> permute(const Var<float>&, const Axes&);
template Var<float> transpose(const Var<float>&);
template Var<float> broadcast_to(const Var<float>&, const Shape&);
template Var<float> slice(const Var<float>&, std::ptrdiff_t, std::size_t, std::size_t);
template Var<float> pad(const Var<float>&, std::ptrdiff_t, std::size_t, std::size_t);
template Var<float> concat(const std::vector<Var<float>>&, std::ptrdiff_t);
template Var<float> stack(const std::vector<Var<float>>&, std::ptrdiff_t);
template Var<double> reshape(const Var<double>&, const Shape&);
template Var<double> permute(const Var<double>&, const Axes&);
template Var<double> transpose(const Var<double>&);
template Var<double> broadcast_to(const Var<double>&, const Shape&);
template Var<double> slice(const Var<double>&, std::ptrdiff_t, std::size_t, std::size_t);
template Var<double> pad(const Var<double>&, std::ptrdiff_t, std::size_t, std::size_t);
template Var<double> concat(const std::vector<Var<double>>&, std::ptrdiff_t);
template Var<double> stack(const std::vector<Var<double>>&, std::ptrdiff_t);

}  // namespace wengert
