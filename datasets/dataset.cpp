#include <autograd/arrays/shape.hpp>
#include <datasets/dataset.hpp>

#include <algorithm>

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
Dataset<T> Dataset<T>::select(std::span<const std::size_t> rows) const {
  check("Dataset::select");
  Dataset selected{select_rows(inputs, rows), {}, feature_names, class_names};
  selected.labels.reserve(rows.size());
  for (std::size_t row : rows) selected.labels.push_back(labels[row]);
  return selected;
}

template <class T>
void Dataset<T>::check(std::string_view operation) const {
  require(inputs.dimension() > 0 && inputs.shape()[0] == labels.size(), operation,
          "inputs and labels disagree: got inputs {} and {} labels, expected inputs (N, D) and N labels; give each row "
          "one label",
          inputs.shape(), labels.size());
  require(feature_names.empty() || (inputs.dimension() == 2 && inputs.shape()[1] == feature_names.size()), operation,
          "inputs and feature_names disagree: got inputs {} and {} names, expected inputs (N, D) and D names; name "
          "every feature or none",
          inputs.shape(), feature_names.size());
  for (std::size_t row = 0; row < labels.size() && !class_names.empty(); ++row) {
    require(labels[row] < class_names.size(), operation,
            "the label of row {} is out of range: got {}, expected a label below {}, the number of class names; name "
            "every class or none",
            row, labels[row], class_names.size());
  }
}

template struct Dataset<float>;
template struct Dataset<double>;
template Array<float> select_rows(const Array<float>&, std::span<const std::size_t>);
template Array<double> select_rows(const Array<double>&, std::span<const std::size_t>);
template void copy_rows(const Array<float>&, std::span<const std::size_t>, Array<float>&);
template void copy_rows(const Array<double>&, std::span<const std::size_t>, Array<double>&);

}  // namespace wengert::datasets
