#pragma once

#include <datasets/dataset.hpp>

#include <cstdint>
#include <iosfwd>

namespace wengert::datasets {

struct SplitOptions {
  double test_size = 0.2;  // the share of the samples, between 0 and 1
  std::uint64_t seed = 42;
  bool stratify = true;  // the same share of every class, where a sample has one label
};

template <class T>
struct Split {
  Dataset<T> train, test;
};

/// Two disjoint parts of the N samples, each in random order: ceil(N * test_size) samples to test, as in scikit-learn,
/// and the others to train. Stratified, class c with N_c samples gives floor(n_test * N_c / N) of them, and one more if
/// its remainder is among the largest (of equal ones the smaller label first). Throws an Error if test_size is not
/// between 0 and 1, if a part would be empty, or if a class to stratify has fewer than two samples.
template <class T>
Split<T> train_test_split(const Dataset<T>& dataset, const SplitOptions& options = {});

/// The last samples as `test`, the others as `train`, in the order in which they are, as `validation_split` of Keras
/// takes them: the first floor(N * (1 - share)) samples train. Says on `messages` which classes are missing from a
/// part, as happens where samples are sorted by class. Throws an Error if share is not between 0 and 1, or if a part
/// would be empty.
template <class T>
Split<T> validation_split(const Dataset<T>& dataset, double share, std::ostream& messages);
/// The same with messages on the standard error.
template <class T>
Split<T> validation_split(const Dataset<T>& dataset, double share);

}  // namespace wengert::datasets
