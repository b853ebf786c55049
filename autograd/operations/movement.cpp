#include <autograd/operations/movement.hpp>
#include <autograd/tape/record.hpp>

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

/// Copies blocks of `length` elements that are `from_step` and `to_step` apart.
template <class T>
void copy_blocks(const T* from, std::size_t from_step, T* to, std::size_t to_step, std::size_t length,
                 std::size_t count) {
  for (std::size_t block = 0; block < count; ++block)
    std::copy_n(from + block * from_step, length, to + block * to_step);
}

/// Adds blocks of `length` elements, which stand one behind the other, to others that are `to_step` apart.
template <class T>
void add_blocks(const T* from, std::size_t length, T* to, std::size_t to_step, std::size_t count) {
  for (std::size_t block = 0; block < count; ++block, from += length, to += to_step)
    std::transform(from, from + length, to, to, std::plus<>());
}

/// The elements of x in the order of an odometer over `extents`, whose axes advance by `strides` in x.
template <class T>
void copy_strided(const T* from, const Shape& extents, const xt::svector<std::size_t, 8>& strides, T* to) {
  const std::size_t count = element_count(extents);
  xt::svector<std::size_t, 8> index(extents.size(), 0);
  std::size_t offset = 0;
  for (std::size_t written = 0; written < count; ++written) {
    to[written] = from[offset];
    for (std::size_t axis = extents.size(); axis-- > 0;) {
      offset += strides[axis];
      if (++index[axis] < extents[axis]) break;
      offset -= strides[axis] * extents[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace

template <class T>
Var<T> reshape(const Var<T>& x, const Shape& shape) {
  require(element_count(shape) == x.size(), "reshape",
          "{} has {} elements, but shape {} has {}; expected the same number", described(x), x.size(), shape,
          element_count(shape));
  Array<T> y = empty<T>(shape);
  std::copy_n(x.value().data(), x.size(), y.data());
  return record(Label("reshape", to_string(shape)), std::move(y),
                wrt(x, [from = x.shape()](const Var<T>& g) { return reshape(g, from); }));
}

template <class T>
Var<T> permute(const Var<T>& x, const Axes& axes) {
  const std::vector<std::size_t> sorted = normalise_axes("permute", axes, x.rank());
  if (sorted.size() != x.rank()) {
    fail("permute", fmt::format("got the axes {} for {}; expected every axis once", to_string(axes), described(x)));
  }
  xt::svector<std::size_t, 8> strides(x.rank());
  Shape shape(x.rank());
  Axes inverse(x.rank());
  for (std::size_t k = 0; k < x.rank(); ++k) {
    const std::size_t axis = normalise_axis("permute", axes[k], x.rank());
    strides[k] = product(x.shape(), axis + 1, x.rank());
    shape[k] = x.shape()[axis];
    inverse[axis] = static_cast<std::ptrdiff_t>(k);
  }
  Array<T> y = empty<T>(shape);
  copy_strided(x.value().data(), shape, strides, y.data());
  return record(Label("permute", to_string(axes)), std::move(y),
                wrt(x, [inverse](const Var<T>& g) { return permute(g, inverse); }));
}

template <class T>
Var<T> transpose(const Var<T>& x) {
  require(x.rank() >= 2, "transpose", "{} has {} axes; expected at least 2", x.shape(), x.rank());
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
          "shape {} does not broadcast to {}; expected extents that are equal or 1, aligned at the last axis",
          x.shape(), shape);
  xt::svector<std::size_t, 8> strides(shape.size(), 0);
  const std::size_t missing = shape.size() - x.rank();
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    if (x.shape()[axis] != 1) strides[axis + missing] = product(x.shape(), axis + 1, x.rank());
  }
  Array<T> y = empty<T>(shape);
  copy_strided(x.value().data(), shape, strides, y.data());
  // The tape sums the cotangent over the repeated axes, as it does for every operand.
  return record(Label("broadcast_to", to_string(shape)), std::move(y), wrt(x, [](const Var<T>& g) { return g; }));
}

template <class T>
Var<T> slice(const Var<T>& x, std::ptrdiff_t axis, std::size_t begin, std::size_t end) {
  const std::size_t along = normalise_axis("slice", axis, x.rank());
  const std::size_t extent = x.shape()[along];
  require(begin <= end && end <= extent, "slice",
          "got the elements {} .. {} of axis {} of shape {}; expected "
          "0 <= begin <= end <= {}",
          begin, end, axis, x.shape(), extent);
  const std::size_t inner = product(x.shape(), along + 1, x.rank());
  Array<T> y = empty<T>(with_extent(x.shape(), along, end - begin));
  const std::size_t outer = product(x.shape(), 0, along);
  copy_blocks(x.value().data() + begin * inner, extent * inner, y.data(), (end - begin) * inner, (end - begin) * inner,
              outer);
  return record(Label("slice", fmt::format("{{{}: {}..{}}}", axis, begin, end)), std::move(y),
                wrt(
                    x, [=](const Var<T>& g) { return pad(g, axis, begin, extent - end); },
                    [=](const Array<T>& g, Array<T>& adjoint) {
                      add_blocks(g.data(), (end - begin) * inner, adjoint.data() + begin * inner, extent * inner,
                                 outer);
                    }));
}

template <class T>
Var<T> pad(const Var<T>& x, std::ptrdiff_t axis, std::size_t before, std::size_t after) {
  const std::size_t along = normalise_axis("pad", axis, x.rank());
  const std::size_t extent = x.shape()[along];
  const std::size_t inner = product(x.shape(), along + 1, x.rank());
  Array<T> y = zeros<T>(with_extent(x.shape(), along, before + extent + after));
  copy_blocks(x.value().data(), extent * inner, y.data() + before * inner, (before + extent + after) * inner,
              extent * inner, product(x.shape(), 0, along));
  return record(Label("pad", fmt::format("{{{}: {}, {}}}", axis, before, after)), std::move(y),
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
    require(fits, "concat", "got shapes {} and {} along axis {}; expected the other extents to be equal",
            parts.front().shape(), part.shape(), axis);
    extent += part.shape()[along];
  }
  const Shape shape = with_extent(parts.front().shape(), along, extent);
  const std::size_t inner = product(shape, along + 1, shape.size());
  Array<T> y = empty<T>(shape);
  std::vector<Edge<T>> edges;
  std::size_t begin = 0;
  for (const Var<T>& part : parts) {
    const std::size_t length = part.shape()[along];
    copy_blocks(part.value().data(), length * inner, y.data() + begin * inner, extent * inner, length * inner,
                product(shape, 0, along));
    edges.push_back(wrt(part, [=](const Var<T>& g) { return slice(g, axis, begin, begin + length); }));
    begin += length;
  }
  return record(Label("concat", to_string(Axes{axis})), std::move(y), std::move(edges));
}

template <class T>
Var<T> stack(const std::vector<Var<T>>& parts, std::ptrdiff_t axis) {
  require(!parts.empty(), "stack", "there is nothing to stack; expected at least one variable");
  const std::size_t along = normalise_axis("stack", axis, parts.front().rank() + 1);
  std::vector<Var<T>> slices;
  for (const Var<T>& part : parts) {
    require(part.shape() == parts.front().shape(), "stack", "got shapes {} and {}; expected the same shape",
            parts.front().shape(), part.shape());
    Shape shape;
    for (std::size_t k = 0; k <= part.rank(); ++k) {
      if (k == along) shape.push_back(1);
      if (k < part.rank()) shape.push_back(part.shape()[k]);
    }
    slices.push_back(reshape(part, shape));
  }
  return concat(slices, static_cast<std::ptrdiff_t>(along));
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
