#pragma once

#include <autograd/arrays/array.hpp>

#include <string_view>
#include <vector>

namespace wengert::datasets {

/// Brings every feature to mean 0 and deviation 1: z = (x - mean) / deviation, with the statistics of the array that
/// was fitted, mean = sum(x) / N and deviation = sqrt(sum((x - mean)^2) / N) in double. A constant feature has
/// deviation 1, so it becomes exactly 0. Fit on the training part only. Arrays are (N, D).
class StandardScaler {
 public:
  /// Takes the statistics of `inputs` (N, D). Throws an Error, and keeps the statistics it had, unless the shape is
  /// (N, D) with N >= 1 and every number is finite.
  template <class T>
  StandardScaler& fit(const Array<T>& inputs);

  /// (x - mean) / deviation. Throws an Error before `fit`, and if the number of features is not the fitted one.
  template <class T>
  Array<T> transform(const Array<T>& inputs) const;

  /// `fit`, then `transform`, of the same array.
  template <class T>
  Array<T> fit_transform(const Array<T>& inputs);

  /// z * deviation + mean. Throws as `transform`.
  template <class T>
  Array<T> inverse_transform(const Array<T>& inputs) const;

  /// The fitted mean and deviation of each feature (D); empty before `fit`.
  const std::vector<double>& mean() const& { return mean_; }
  std::vector<double> mean() && { return mean_; }
  const std::vector<double>& deviation() const& { return deviation_; }
  std::vector<double> deviation() && { return deviation_; }

 private:
  void check_features(std::string_view operation, const Shape& shape) const;

  std::vector<double> mean_, deviation_;
};

}  // namespace wengert::datasets
