#include "../error_text.hpp"
#include "small_dataset.hpp"

#include <doctest/doctest.h>
#include <datasets/collections/digits.hpp>
#include <datasets/collections/iris.hpp>
#include <datasets/split.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

using namespace wengert;
using namespace wengert::datasets;

namespace {

template <class T>
std::vector<std::size_t> class_counts(const Dataset<T>& dataset, std::size_t classes) {
  std::vector<std::size_t> counts(classes);
  for (std::size_t label : dataset.labels) ++counts.at(label);
  return counts;
}

/// The row numbers that `numbered_dataset` and `labelled_dataset` write into feature 0.
template <class T>
std::vector<std::size_t> row_numbers(const Dataset<T>& dataset) {
  std::vector<std::size_t> rows;
  for (std::size_t n = 0; n < dataset.size(); ++n) rows.push_back(static_cast<std::size_t>(dataset.inputs(n, 0)));
  return rows;
}

std::vector<std::size_t> repeated(const std::vector<std::size_t>& counts) {
  std::vector<std::size_t> labels;
  for (std::size_t label = 0; label < counts.size(); ++label) labels.insert(labels.end(), counts[label], label);
  return labels;
}

}  // namespace

TEST_CASE("a stratified split of iris has 10 of each class in test and 40 in train") {
  const auto [train, test] = train_test_split(iris<float>());
  CHECK(class_counts(train, 3) == std::vector<std::size_t>{40, 40, 40});
  CHECK(class_counts(test, 3) == std::vector<std::size_t>{10, 10, 10});
  CHECK(train.class_names == iris<float>().class_names);
  CHECK(test.feature_names == iris<float>().feature_names);
}

TEST_CASE("a stratified split of digits gives the largest remainders one sample more") {
  // 360 N_c / 1797 is 35.66 36.46 35.46 36.66 36.26 36.46 36.26 35.86 34.86 36.06; 1 and 5 tie and 1 is first.
  const auto [train, test] = train_test_split(digits<float>(), {.test_size = 0.2});
  CHECK(test.size() == 360);
  CHECK(train.size() == 1437);
  CHECK(class_counts(test, 10) == std::vector<std::size_t>{36, 37, 35, 37, 36, 36, 36, 36, 35, 36});
}

TEST_CASE("every class is within one sample of its share, at many sizes") {
  const Dataset<double> dataset = labelled_dataset(repeated({2, 3, 5, 7, 11, 13}));
  const std::vector<std::size_t> members = class_counts(dataset, 6);
  for (std::size_t percent = 3; percent <= 97; ++percent) {
    const auto [train, test] = train_test_split(dataset, {.test_size = static_cast<double>(percent) / 100.0});
    const std::vector<std::size_t> counts = class_counts(test, 6);
    CHECK(test.size() == (41 * percent + 99) / 100);  // rounded up
    for (std::size_t label = 0; label < 6; ++label) {
      CHECK(counts[label] >= test.size() * members[label] / 41);
      CHECK(counts[label] <= test.size() * members[label] / 41 + 1);
    }
  }
}

TEST_CASE_TEMPLATE("a split is a permutation of the rows, with their own labels", T, float, double) {
  for (bool stratify : {true, false}) {
    const auto [train, test] = train_test_split(numbered_dataset<T>(50), {.stratify = stratify});
    CHECK(test.size() == 10);
    std::vector<std::size_t> rows = row_numbers(train);
    CHECK_FALSE(std::is_sorted(rows.begin(), rows.end()));
    const std::vector<std::size_t> test_rows = row_numbers(test);
    rows.insert(rows.end(), test_rows.begin(), test_rows.end());
    std::sort(rows.begin(), rows.end());
    std::vector<std::size_t> all(50);
    std::iota(all.begin(), all.end(), std::size_t{0});
    CHECK(rows == all);
    for (std::size_t n = 0; n < test.size(); ++n) {
      CHECK(test.labels[n] == test_rows[n] % 3);
      CHECK(test.inputs(n, 1) == static_cast<T>(1000 + test_rows[n]));
    }
  }
}

TEST_CASE("the seed alone decides the split") {
  const Dataset<float> dataset = numbered_dataset<float>(60);
  const Split<float> first = train_test_split(dataset, {.seed = 7});
  CHECK(row_numbers(first.train) == row_numbers(train_test_split(dataset, {.seed = 7}).train));
  CHECK(row_numbers(first.test) == row_numbers(train_test_split(dataset, {.seed = 7}).test));
  CHECK(row_numbers(first.test) != row_numbers(train_test_split(dataset, {.seed = 8}).test));
}

TEST_CASE("without stratification labels may be alone and every row is as likely to be tested") {
  std::vector<std::size_t> labels(20);
  std::iota(labels.begin(), labels.end(), std::size_t{0});
  const Dataset<double> dataset = labelled_dataset(labels);
  std::vector<std::size_t> tested(20);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (std::size_t row : row_numbers(train_test_split(dataset, {.seed = seed, .stratify = false}).test))
      ++tested[row];
  }
  for (std::size_t times : tested) {  // binomial (2000, 0.2): mean 400, deviation 17.9; five deviations
    CHECK(times > 310);
    CHECK(times < 490);
  }
}

TEST_CASE("a stratified split makes every member of a class as likely to be tested") {
  const Dataset<double> dataset = labelled_dataset(repeated({10, 10}));
  std::vector<std::size_t> tested(20);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (std::size_t row : row_numbers(train_test_split(dataset, {.seed = seed}).test)) ++tested[row];
  }
  for (std::size_t times : tested) {
    CHECK(times > 310);
    CHECK(times < 490);
  }
}

TEST_CASE("a test size outside (0, 1) is refused with the number") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (double test_size : {0.0, 1.0, -0.1, 1.5, nan, std::numeric_limits<double>::infinity()}) {
    const std::string text =
        error_text([&] { train_test_split(numbered_dataset<float>(9), {.test_size = test_size}); });
    CHECK(contains(text, "[train_test_split] test_size is out of range"));
    CHECK(contains(text, fmt::format("got {}", test_size)));
  }
}

TEST_CASE("a split with an empty part is refused with the counts") {
  const std::string text = error_text([] { train_test_split(numbered_dataset<float>(9), {.test_size = 0.95}); });
  CHECK(contains(text, "9 samples"));
  CHECK(contains(text, "9 for test and 0 for train"));
  CHECK(contains(error_text([] { train_test_split(labelled_dataset({})); }), "0 samples"));
}

TEST_CASE("a class of one sample is refused when stratifying, by name if it has one") {
  Dataset<double> dataset = labelled_dataset({0, 0, 1, 0, 0});
  CHECK(contains(error_text([&] { train_test_split(dataset); }), "class 1 has 1 sample"));
  dataset.class_names = {"common", "rare"};
  CHECK(contains(error_text([&] { train_test_split(dataset); }), "class 1 'rare' has 1 sample"));
  CHECK(train_test_split(dataset, {.stratify = false}).test.size() == 1);
}
