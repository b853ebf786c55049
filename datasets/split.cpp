#include <autograd/arrays/random.hpp>
#include <autograd/base/error.hpp>
#include <autograd/base/text.hpp>
#include <datasets/split.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace wengert::datasets {
namespace {

using Counts = std::map<std::size_t, std::size_t>;  // label -> number of samples

Counts count_labels(const std::vector<std::size_t>& labels) {
  Counts counts;
  for (std::size_t label : labels) ++counts[label];
  return counts;
}

/// Shares `test_count` among the classes in proportion to their sizes, by largest remainders.
Counts test_quotas(const Counts& counts, std::size_t test_count, std::size_t count) {
  Counts quotas;
  std::vector<std::pair<std::size_t, std::size_t>> remainders;  // (remainder, label)
  std::size_t left = test_count;
  for (const auto& [label, members] : counts) {
    const std::size_t product = test_count * members;
    quotas[label] = product / count;
    left -= product / count;
    remainders.emplace_back(product % count, label);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < left; ++i) ++quotas[remainders[i].second];
  return quotas;
}

std::size_t count_test(std::size_t count, double test_size) {
  require(0.0 < test_size && test_size < 1.0, "train_test_split",
          "test_size is out of range: got {}, expected a share between 0 and 1, both excluded; use for example 0.2",
          test_size);
  const auto test_count = static_cast<std::size_t>(std::ceil(static_cast<double>(count) * test_size));
  require(0 < test_count && test_count < count, "train_test_split",
          "a part would be empty: got {} samples and test_size {}, that is {} for test and {} for train; expected at "
          "least one for each; change test_size or add samples",
          count, test_size, test_count, count - test_count);
  return test_count;
}

}  // namespace

template <class T>
Split<T> train_test_split(const Dataset<T>& dataset, const SplitOptions& options) {
  dataset.check("train_test_split");
  const std::size_t count = dataset.size();
  const std::size_t test_count = count_test(count, options.test_size);
  const bool stratify = options.stratify && dataset.labels_per_sample == 1 && !dataset.labels.empty();
  Counts quotas;
  if (stratify) {
    const Counts counts = count_labels(dataset.labels);
    for (const auto& [label, members] : counts) {
      if (label == dataset.ignored_label) continue;  // it has no name either
      require(members >= 2, "train_test_split",
              "class {}{} has 1 sample; expected at least 2 to stratify; add samples, remove the class or set stratify "
              "to false",
              label, dataset.class_names.empty() ? "" : " '" + base::printable(dataset.class_names[label]) + "'");
    }
    quotas = test_quotas(counts, test_count, count);
  }

  std::vector<std::size_t> train, test;
  for (std::size_t row : Generator(options.seed).permutation(count)) {
    bool to_test = test.size() < test_count;
    if (stratify) {
      std::size_t& quota = quotas[dataset.labels[row]];
      to_test = quota > 0;
      if (to_test) --quota;
    }
    (to_test ? test : train).push_back(row);
  }
  return {dataset.select(train), dataset.select(test)};
}

template Split<float> train_test_split(const Dataset<float>&, const SplitOptions&);
template Split<double> train_test_split(const Dataset<double>&, const SplitOptions&);

}  // namespace wengert::datasets
