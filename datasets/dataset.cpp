#include <autograd/arrays/shape.hpp>
#include <datasets/dataset.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wengert::datasets {

namespace {

template <class T>
Shape selected_shape(std::string_view operation, const Array<T>& array, std::span<const std::size_t> rows) {
  require(array.dimension() > 0, operation, "the array is a scalar: got shape (), expected (N, ...); reshape it");
  Shape shape = array.shape();
  for (std::size_t row : rows) {
    require(row < shape[0], operation, "row {} is out of range: got an array of shape {}, expected a row below {}", row,
            array.shape(), shape[0]);
  }
  shape[0] = rows.size();
  return shape;
}

template <class T>
void copy_checked_rows(const Array<T>& array, std::span<const std::size_t> rows, Array<T>& to) {
  const std::size_t stride = rows.empty() ? 0 : to.size() / rows.size();
  T* next = to.data();
  for (std::size_t row : rows) next = std::copy_n(array.data() + row * stride, stride, next);
}

template <class T>
void check_labels(const Dataset<T>& data, std::string_view operation) {
  require(data.labels_per_sample >= 1, operation, "labels_per_sample is 0; expected at least 1");
  require(
      data.inputs.dimension() > 0 &&
          (data.labels.empty() || data.size() * data.labels_per_sample == data.labels.size()),
      operation,
      "inputs and labels disagree: got inputs {} and {} labels, expected inputs (N, D) and {} labels; give each row "
      "{}, or targets instead",
      data.inputs.shape(), data.labels.size(),
      data.labels_per_sample == 1 ? "N" : fmt::format("N · {}", data.labels_per_sample),
      data.labels_per_sample == 1 ? "one label" : fmt::format("{} labels", data.labels_per_sample));
  for (std::size_t i = 0; i < data.labels.size() && !data.class_names.empty(); ++i) {
    require(data.labels[i] < data.class_names.size() || data.labels[i] == data.ignored_label, operation,
            "the label of row {} is out of range: got {}, expected a label below {}, the number of class names; name "
            "every class or none; what is no class goes into ignored_label",
            i / data.labels_per_sample, data.labels[i], data.class_names.size());
  }
}

template <class T>
void check_rows(const Dataset<T>& data, const std::optional<Array<T>>& array, const char* what,
                std::string_view operation) {
  require(!array || (array->dimension() > 0 && array->shape()[0] == data.size()), operation,
          "inputs and {0} disagree: got inputs {1} and {0} {2}, expected one row of {0} for each of inputs", what,
          data.inputs.shape(), array ? Shape(array->shape()) : Shape{});
}

template <class T>
void check_weights(const Dataset<T>& data, std::string_view operation) {
  check_rows(data, data.weights, "weights", operation);
  if (!data.weights) return;
  require(data.weights->dimension() == 1, operation, "got weights of shape {}; expected ({},), one for each sample",
          data.weights->shape(), data.size());
  for (std::size_t row = 0; row < data.size(); ++row) {
    const T weight = data.weights->data()[row];
    require(std::isfinite(weight) && weight >= T(0), operation,
            "the weight of row {} is {}; expected a finite number that is not negative", row, weight);
  }
}

}  // namespace

template <class T>
Array<T> select_rows(const Array<T>& array, std::span<const std::size_t> rows) {
  Array<T> selected = empty<T>(selected_shape("select_rows", array, rows));
  copy_checked_rows(array, rows, selected);
  return selected;
}

template <class T>
void copy_rows(const Array<T>& array, std::span<const std::size_t> rows, Array<T>& to) {
  const Shape shape = selected_shape("copy_rows", array, rows);
  require(to.shape() == shape, "copy_rows", "the shape does not fit: got {}, expected {}; give an array of that shape",
          to.shape(), shape);
  copy_checked_rows(array, rows, to);
}

template <class T>
Array<T> slice_rows(const Array<T>& array, std::size_t begin, std::size_t end) {
  require(array.dimension() > 0 && begin <= end && end <= array.shape()[0], "slice_rows",
          "rows {} to {} are not there: got an array of shape {}", begin, end, Shape(array.shape()));
  Shape shape = array.shape();
  const std::size_t stride = shape[0] == 0 ? 0 : array.size() / shape[0];
  shape[0] = end - begin;
  Array<T> rows = empty<T>(shape);
  std::copy_n(array.data() + begin * stride, rows.size(), rows.data());
  return rows;
}

template <class T>
Dataset<T> Dataset<T>::select(std::span<const std::size_t> rows) const {
  check("Dataset::select");
  Dataset selected{.inputs = select_rows(inputs, rows),
                   .feature_names = feature_names,
                   .class_names = class_names,
                   .labels_per_sample = labels_per_sample,
                   .ignored_label = ignored_label};
  if (targets) selected.targets = select_rows(*targets, rows);
  if (weights) selected.weights = select_rows(*weights, rows);
  if (labels.empty()) return selected;
  selected.labels.reserve(rows.size() * labels_per_sample);
  for (std::size_t row : rows) {
    const auto first = labels.begin() + static_cast<std::ptrdiff_t>(row * labels_per_sample);
    selected.labels.insert(selected.labels.end(), first, first + static_cast<std::ptrdiff_t>(labels_per_sample));
  }
  return selected;
}

template <class T>
Batch<T> Dataset<T>::batch(std::size_t begin, std::size_t end) const {
  Batch<T> part{.inputs = slice_rows(inputs, begin, end)};
  if (!labels.empty()) {
    require(labels.size() == size() * labels_per_sample, "Dataset::batch",
            "inputs and labels disagree: got inputs {} and {} labels, expected {}; give each row its labels",
            inputs.shape(), labels.size(), size() * labels_per_sample);
    const auto first = labels.begin();
    part.labels.assign(first + static_cast<std::ptrdiff_t>(begin * labels_per_sample),
                       first + static_cast<std::ptrdiff_t>(end * labels_per_sample));
  }
  if (targets) part.targets = slice_rows(*targets, begin, end);
  if (weights) part.weights = slice_rows(*weights, begin, end);
  return part;
}

template <class T>
void Dataset<T>::check(std::string_view operation) const {
  check_labels(*this, operation);
  check_rows(*this, targets, "targets", operation);
  check_weights(*this, operation);
  require(feature_names.empty() || (inputs.dimension() == 2 && inputs.shape()[1] == feature_names.size()), operation,
          "inputs and feature_names disagree: got inputs {} and {} names, expected inputs (N, D) and D names; name "
          "every feature or none",
          inputs.shape(), feature_names.size());
}

template struct Dataset<float>;
template struct Dataset<double>;
template Array<float> select_rows(const Array<float>&, std::span<const std::size_t>);
template Array<double> select_rows(const Array<double>&, std::span<const std::size_t>);
template Array<float> slice_rows(const Array<float>&, std::size_t, std::size_t);
template Array<double> slice_rows(const Array<double>&, std::size_t, std::size_t);
template void copy_rows(const Array<float>&, std::span<const std::size_t>, Array<float>&);
template void copy_rows(const Array<double>&, std::span<const std::size_t>, Array<double>&);

}  // namespace wengert::datasets
