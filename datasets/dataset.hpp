#pragma once

#include <autograd/arrays/array.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::datasets {

/// Labelled samples: row n of `inputs` (N, D) belongs to class `labels[n]`, whose name is `class_names[labels[n]]`.
/// The names may be absent; the inputs may have more axes than two, for example (N, C, H, W).
template <class T>
struct Dataset {
  Array<T> inputs;
  std::vector<std::size_t> labels;
  std::vector<std::string> feature_names, class_names;

  /// The number of samples N.
  std::size_t size() const { return labels.size(); }

  /// The number of named classes K.
  std::size_t classes() const { return class_names.size(); }

  /// A new dataset of the given rows in the given order; a row may repeat. Throws an Error for a row that is not there.
  Dataset select(std::span<const std::size_t> rows) const;

  /// Throws an Error in the name of `operation` unless there is one label per row, each of them with a class name if
  /// the classes have names, and one name per feature if the features have names.
  void check(std::string_view operation) const;
};

/// The given rows of an array along its first axis: (N, ...) to (rows, ...). Throws an Error for a row that is not
/// there.
template <class T>
Array<T> select_rows(const Array<T>& array, std::span<const std::size_t> rows);

/// `select_rows` into an array that is there, of shape (rows, ...); it takes no memory. Throws an Error, and changes
/// nothing, if the shape is another one.
template <class T>
void copy_rows(const Array<T>& array, std::span<const std::size_t> rows, Array<T>& to);

}  // namespace wengert::datasets
