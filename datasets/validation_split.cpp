#include <autograd/base/error.hpp>
#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>
#include <datasets/split.hpp>

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <numeric>
#include <set>

namespace wengert::datasets {
namespace {

std::size_t count_train(std::size_t count, double share) {
  require(0.0 < share && share < 1.0, "validation_split",
          "the share is out of range: got {}, expected one between 0 and 1, both excluded; use for example 0.2", share);
  const auto train = static_cast<std::size_t>(std::floor(static_cast<double>(count) * (1.0 - share)));
  require(
      0 < train && train < count, "validation_split",
      "a part would be empty: got {} samples and a share of {}, that is {} to train and {} to validate; expected at "
      "least one for each; change the share or add samples",
      count, share, train, count - train);
  return train;
}

/// The classes of `all` that `part` has no sample of, `0 'setosa', 1 'versicolor'`; empty if there is none.
template <class T>
std::string missing_classes(const Dataset<T>& all, const Dataset<T>& part) {
  std::set<std::size_t> missing(all.labels.begin(), all.labels.end());
  for (std::size_t label : part.labels) missing.erase(label);
  if (all.ignored_label) missing.erase(*all.ignored_label);
  std::string text;
  for (std::size_t label : missing) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", label);
    if (!all.class_names.empty()) text += fmt::format(" '{}'", base::printable(all.class_names[label]));
  }
  return text;
}

template <class T>
void warn(const Dataset<T>& all, const Dataset<T>& part, std::string_view role, std::ostream& messages) {
  const std::string missing = missing_classes(all, part);
  if (missing.empty()) return;
  const std::string text = fmt::format(
      "[{}] Warning: the {} samples to {} have none of class {}. The last samples validate, as they come: shuffle the "
      "data first, or use train_test_split, which gives both parts the same share of every class.\n",
      "validation_split", part.size(), role, missing);
  messages << base::fitted(messages, text);
}

}  // namespace

template <class T>
Split<T> validation_split(const Dataset<T>& dataset, double share, std::ostream& messages) {
  dataset.check("validation_split");
  const std::size_t train = count_train(dataset.size(), share);
  std::vector<std::size_t> rows(dataset.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const std::span all(rows);
  Split<T> split{dataset.select(all.first(train)), dataset.select(all.subspan(train))};
  warn(dataset, split.train, "train", messages);
  warn(dataset, split.test, "validate", messages);
  return split;
}

template <class T>
Split<T> validation_split(const Dataset<T>& dataset, double share) {
  return validation_split(dataset, share, std::cerr);
}

template Split<float> validation_split(const Dataset<float>&, double, std::ostream&);
template Split<double> validation_split(const Dataset<double>&, double, std::ostream&);
template Split<float> validation_split(const Dataset<float>&, double);
template Split<double> validation_split(const Dataset<double>&, double);

}  // namespace wengert::datasets
