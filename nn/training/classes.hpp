#pragma once

#include <autograd/arrays/array.hpp>

#include <string>
#include <vector>

namespace wengert::nn {

/// The class of every row of outputs (..., K): the place of its largest element, of equal ones the first. Throws an
/// Error that names the row if one is NaN or there is no class.
///   const auto classes = nn::argmax(nn::predict(net, images));
template <class T>
std::vector<std::size_t> argmax(const Array<T>& outputs);

/// The names of classes, as a dataset has them. Throws an Error for a class without a name.
std::vector<std::string> names_of(const std::vector<std::size_t>& classes, const std::vector<std::string>& class_names);

/// How often each class was taken for each: K x K counts, a row for each label and a column for each prediction.
///   fmt::print("{}", nn::ConfusionMatrix(test.labels, classes, 10).text(test.class_names));
class ConfusionMatrix {
 public:
  /// Throws an Error if the numbers of labels and predictions differ, or one is not below `classes`.
  ConfusionMatrix(const std::vector<std::size_t>& labels, const std::vector<std::size_t>& predicted,
                  std::size_t classes);

  std::size_t classes() const { return classes_; }
  std::size_t operator()(std::size_t label, std::size_t predicted) const;
  /// The share of samples on the diagonal; NaN if there is none.
  double accuracy() const;
  /// The share of a class that was recognised; NaN if the class does not occur.
  double recall(std::size_t label) const;
  /// The share of the predictions of a class that were right; NaN if it was never predicted.
  double precision(std::size_t predicted) const;

  /// The table with the names of the classes, or their numbers if there are none.
  std::string text(const std::vector<std::string>& class_names = {}) const;

 private:
  std::size_t classes_;
  std::vector<std::size_t> counts_;  ///< row after row
};

}  // namespace wengert::nn
