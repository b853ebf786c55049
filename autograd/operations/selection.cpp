#include <autograd/kernel/folds.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/selection.hpp>
#include <autograd/tape/record.hpp>

#include <algorithm>
#include <numeric>

namespace wengert {
namespace {

/// An array seen as (outer, extent, inner) around one axis.
struct Around {
  std::size_t axis;
  std::size_t outer = 1;
  std::size_t inner = 1;

  Around(std::string_view operation, const Shape& shape, std::ptrdiff_t along)
      : axis(normalise_axes(operation, {along}, shape.size()).front()) {
    for (std::size_t k = 0; k < shape.size(); ++k) {
      if (k < axis) outer *= shape[k];
      if (k > axis) inner *= shape[k];
    }
  }
};

/// The positions of the indices, those of equal ones one behind the other.
Indices by_index(const Indices& indices) {
  Indices positions(indices.size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  if (std::is_sorted(indices.begin(), indices.end())) return positions;
  std::stable_sort(positions.begin(), positions.end(),
                   [&](std::size_t a, std::size_t b) { return indices[a] < indices[b]; });
  return positions;
}

/// Adds slice k of `from` to slice indices[k] of `to`, which has `extent` of them. Those that meet are summed as all
/// sums are, and added as one.
template <class T>
void add_slices(const Array<T>& slices, const Indices& indices, const Around& around, std::size_t extent,
                Array<T>& to) {
  const Indices positions = by_index(indices);
  std::vector<kernel::Total<T>> totals;
  for (std::size_t outer = 0; outer < around.outer; ++outer) {
    const T* from = slices.data() + outer * indices.size() * around.inner;
    for (auto first = positions.begin(), last = first; first != positions.end(); first = last) {
      const std::size_t index = indices[*first];
      last = std::find_if(first, positions.end(), [&](std::size_t position) { return indices[position] != index; });
      T* slice = to.data() + (outer * extent + index) * around.inner;
      if (last - first == 1) {  // it meets no other
        const T* alone = from + *first * around.inner;
        std::transform(alone, alone + around.inner, slice, slice, std::plus<>());
        continue;
      }
      totals.assign(around.inner, {});
      for (auto position = first; position != last; ++position) {
        for (std::size_t k = 0; k < around.inner; ++k) totals[k].add(from[*position * around.inner + k]);
      }
      for (std::size_t k = 0; k < around.inner; ++k) slice[k] += static_cast<T>(totals[k].divided_by(1.0).sum);
    }
  }
}

void check_indices(std::string_view operation, const Indices& indices, std::size_t extent) {
  for (std::size_t k = 0; k < indices.size(); ++k) {
    require(indices[k] < extent, operation, "index {} at position {} is out of range; expected 0 .. {} for extent {}",
            indices[k], k, static_cast<std::ptrdiff_t>(extent) - 1, extent);
  }
}

void check_labels(std::string_view operation, const Indices& labels, std::size_t classes) {
  for (std::size_t row = 0; row < labels.size(); ++row) {
    require(
        labels[row] < classes, operation,
        "label {} of row {} is out of range: there are {} classes, so a label is one of 0 .. {}; check the labels or "
        "the width of the last layer",
        labels[row], row, classes, static_cast<std::ptrdiff_t>(classes) - 1);
  }
}

}  // namespace

template <class T>
Var<T> gather(const Var<T>& x, const Indices& indices, std::ptrdiff_t axis) {
  const Around around("gather", x.shape(), axis);
  const std::size_t extent = x.shape()[around.axis];
  check_indices("gather", indices, extent);
  Shape shape = x.shape();
  shape[around.axis] = indices.size();
  Array<T> y = empty<T>(shape);
  T* to = y.data();
  for (std::size_t outer = 0; outer < around.outer; ++outer) {
    for (std::size_t index : indices) {
      to = std::copy_n(x.value().data() + (outer * extent + index) * around.inner, around.inner, to);
    }
  }
  const auto kept = std::make_shared<const Indices>(indices);
  return record(Label("gather", {{"axis", around.axis}, {"indices", indices}}), std::move(y),
                wrt(
                    x, [=](const Var<T>& g) { return scatter_add(g, *kept, axis, extent); },
                    [=](const Array<T>& g, Array<T>& adjoint) { add_slices(g, *kept, around, extent, adjoint); }));
}

template <class T>
Var<T> scatter_add(const Var<T>& x, const Indices& indices, std::ptrdiff_t axis, std::size_t extent) {
  const Around around("scatter_add", x.shape(), axis);
  require(x.shape()[around.axis] == indices.size(), "scatter_add",
          "got {} indices for axis {} of {}; expected one for each of its slices", indices.size(), axis, described(x));
  check_indices("scatter_add", indices, extent);
  Shape shape = x.shape();
  shape[around.axis] = extent;
  Array<T> y = zeros<T>(shape);
  add_slices(x.value(), indices, around, extent, y);
  return record(Label("scatter_add", {{"axis", around.axis}, {"indices", indices}, {"extent", extent}}), std::move(y),
                wrt(x, [=](const Var<T>& g) { return gather(g, indices, axis); }));
}

template <class T>
Var<T> pick(const Var<T>& x, const Indices& labels) {
  require(x.rank() == 2 && x.shape()[0] == labels.size(), "pick",
          "got {} labels for {}; expected shape (N, K) and N labels", labels.size(), described(x));
  const std::size_t classes = x.shape()[1];
  check_labels("pick", labels, classes);
  Indices flat(labels.size());
  Array<T> y = empty<T>({labels.size()});
  for (std::size_t row = 0; row < labels.size(); ++row) {
    flat[row] = row * classes + labels[row];
    y.data()[row] = x.value().data()[flat[row]];
  }
  const auto rule = [flat, shape = x.shape()](const Var<T>& g) {
    return reshape(scatter_add(g, flat, 0, element_count(shape)), shape);
  };
  const auto add_part = [flat](const Array<T>& g, Array<T>& adjoint) {
    for (std::size_t row = 0; row < flat.size(); ++row) adjoint.data()[flat[row]] += g.data()[row];
  };
  return record(Label("pick", {{"labels", labels}}), std::move(y), wrt(x, rule, add_part));
}

template <class T>
Array<T> one_hot(const Indices& labels, std::size_t classes) {
  check_labels("one_hot", labels, classes);
  Array<T> y = zeros<T>({labels.size(), classes});
  for (std::size_t row = 0; row < labels.size(); ++row) y.data()[row * classes + labels[row]] = T(1);
  return y;
}

template Var<float> gather(const Var<float>&, const Indices&, std::ptrdiff_t);
template Var<double> gather(const Var<double>&, const Indices&, std::ptrdiff_t);
template Var<float> scatter_add(const Var<float>&, const Indices&, std::ptrdiff_t, std::size_t);
template Var<double> scatter_add(const Var<double>&, const Indices&, std::ptrdiff_t, std::size_t);
template Var<float> pick(const Var<float>&, const Indices&);
template Var<double> pick(const Var<double>&, const Indices&);
template Array<float> one_hot(const Indices&, std::size_t);
template Array<double> one_hot(const Indices&, std::size_t);

}  // namespace wengert
