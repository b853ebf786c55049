#pragma once

#include <datasets/dataset.hpp>

/// `count` rows of two features, (n, 1000 + n) in row n, so that a row tells where it came from; label n % 3.
template <class T>
wengert::datasets::Dataset<T> numbered_dataset(std::size_t count) {
  wengert::datasets::Dataset<T> dataset{
      wengert::empty<T>({count, std::size_t{2}}), {}, {"number", "shifted"}, {"a", "b", "c"}};
  for (std::size_t n = 0; n < count; ++n) {
    dataset.inputs(n, 0) = static_cast<T>(n);
    dataset.inputs(n, 1) = static_cast<T>(1000 + n);
    dataset.labels.push_back(n % 3);
  }
  return dataset;
}

/// A dataset of one feature, the row number, with the given labels and no names.
inline wengert::datasets::Dataset<double> labelled_dataset(std::vector<std::size_t> labels) {
  wengert::datasets::Dataset<double> dataset{wengert::empty<double>({labels.size(), std::size_t{1}}), {}, {}, {}};
  for (std::size_t n = 0; n < labels.size(); ++n) dataset.inputs(n, 0) = static_cast<double>(n);
  dataset.labels = std::move(labels);
  return dataset;
}
