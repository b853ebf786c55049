#pragma once

#include <autograd/arrays/array.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::datasets {

/// Some samples of a dataset: B rows of each of its arrays, and their labels.
template <class T>
struct Batch {
  Array<T> inputs;                    ///< (B, ...)
  std::vector<std::size_t> labels{};  ///< of each sample, one or more; none if the dataset has none
  std::optional<Array<T>> targets{};  ///< (B, ...)
  std::optional<Array<T>> weights{};  ///< (B)

  /// The number of samples B.
  std::size_t size() const { return inputs.dimension() == 0 ? 0 : inputs.shape()[0]; }
};

/// Samples and what a network should make of them. Row n of `inputs` (N, ...) belongs to class `labels[n]`, whose name
/// is `class_names[labels[n]]`, or to the numbers in row n of `targets` (N, ...), or to both, or to neither if the loss
/// needs the inputs alone. Names may be absent.
///   Dataset<float> flowers{.inputs = x, .labels = classes};
///   Dataset<float> houses{.inputs = x, .targets = prices};           // regression, one-hot classes, sequences, ...
template <class T>
struct Dataset {
  Array<T> inputs;
  std::vector<std::size_t> labels{};
  std::vector<std::string> feature_names{}, class_names{};
  std::optional<Array<T>> targets{};
  std::optional<Array<T>> weights{};  ///< (N): how much each sample counts in the loss; all of them 1 if absent
  std::size_t labels_per_sample = 1;  ///< more for sequences: sample n has labels[n · L] to labels[n · L + L - 1]
  std::optional<std::size_t> ignored_label{};  ///< that of no class, without a name; the loss has to ignore it too

  /// The number of samples N.
  std::size_t size() const { return inputs.dimension() == 0 ? 0 : inputs.shape()[0]; }

  /// The number of named classes K.
  std::size_t classes() const { return class_names.size(); }

  /// A new dataset of the given rows in the given order; a row may repeat. Throws an Error for a row that is not there.
  Dataset select(std::span<const std::size_t> rows) const;

  /// The samples of rows begin, ..., end - 1. Throws an Error if there are not so many.
  Batch<T> batch(std::size_t begin, std::size_t end) const;

  /// Throws an Error in the name of `operation` unless every row has its labels if there are labels and its row of
  /// targets if there are targets, each label but the ignored one has a class name if the classes have names, there is
  /// one name per feature if the features have names, and the weights are N finite numbers of which none is negative.
  void check(std::string_view operation) const;
};

/// The given rows of an array along its first axis: (N, ...) to (rows, ...). Throws an Error for a row that is not
/// there.
template <class T>
Array<T> select_rows(const Array<T>& array, std::span<const std::size_t> rows);

/// Rows begin, ..., end - 1 of an array (N, ...). Throws an Error if there are not so many.
template <class T>
Array<T> slice_rows(const Array<T>& array, std::size_t begin, std::size_t end);

/// `select_rows` into an array that is there, of shape (rows, ...); it takes no memory. Throws an Error, and changes
/// nothing, if the shape is another one.
template <class T>
void copy_rows(const Array<T>& array, std::span<const std::size_t> rows, Array<T>& to);

}  // namespace wengert::datasets
