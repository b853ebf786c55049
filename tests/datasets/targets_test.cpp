#include "../error_text.hpp"

#include <doctest/doctest.h>
#include <datasets/loader.hpp>
#include <datasets/split.hpp>

#include <cmath>

using namespace wengert;
using namespace wengert::datasets;

namespace {

/// Row n is n, its targets (n, 10 n), its weight n / 2, its labels 3 n and 3 n + 1.
Dataset<double> everything(std::size_t count) {
  Dataset<double> data{.inputs = empty<double>({count, std::size_t{1}}),
                       .targets = empty<double>({count, std::size_t{2}}),
                       .weights = empty<double>({count}),
                       .labels_per_sample = 2};
  for (std::size_t n = 0; n < count; ++n) {
    const double x = static_cast<double>(n);
    data.inputs(n, 0) = x;
    (*data.targets)(n, 0) = x;
    (*data.targets)(n, 1) = 10.0 * x;
    (*data.weights)(n) = x / 2.0;
    data.labels.insert(data.labels.end(), {3 * n, 3 * n + 1});
  }
  return data;
}

/// Whether all that belongs to the rows has come with them.
template <class Samples>
bool is_together(const Samples& samples) {
  bool together = samples.labels.size() == 2 * samples.size() && samples.targets->shape()[0] == samples.size();
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double x = samples.inputs(n, 0);
    const auto row = static_cast<std::size_t>(x);
    together = together && (*samples.targets)(n, 1) == 10.0 * x && (*samples.weights)(n) == x / 2.0 &&
               samples.labels[2 * n] == 3 * row && samples.labels[2 * n + 1] == 3 * row + 1;
  }
  return together;
}

std::string refusal(const Dataset<double>& data) {
  return error_text([&] { data.check("test"); });
}

}  // namespace

TEST_CASE("targets, weights and labels stay with their rows in selections, parts, splits and batches") {
  const Dataset<double> data = everything(11);
  CHECK(data.size() == 11);
  CHECK(is_together(data.select(std::vector<std::size_t>{5, 0, 5})));
  CHECK(is_together(data.batch(3, 7)));
  CHECK(data.batch(3, 7).inputs(0, 0) == 3.0);
  const Split<double> split = train_test_split(data, {.test_size = 0.3});
  CHECK(split.test.size() == 4);
  CHECK(is_together(split.train));
  CHECK(is_together(split.test));
  for (const bool prefetch : {false, true}) {
    std::size_t samples = 0;
    DataLoader<double> loader(data, {.batch_size = 4, .prefetch = prefetch});
    for (const Batch<double>& batch : loader) {
      CHECK(is_together(batch));
      samples += batch.size();
    }
    CHECK(samples == 11);
  }
}

TEST_CASE("a dataset may have targets alone, of any shape") {
  Dataset<double> data{.inputs = zeros<double>({3, 2}), .targets = zeros<double>({3, 4, 5})};
  CHECK(refusal(data) == "(no Error)");
  CHECK(DataLoader<double>(data, {.batch_size = 2}).batches() == 1);  // a last one of one is merged
  CHECK((*DataLoader<double>(data, {.batch_size = 3}).begin()).targets->shape() == Shape{3, 4, 5});
  CHECK((*DataLoader<double>(data, {.batch_size = 3}).begin()).labels.empty());
}

TEST_CASE("a dataset may have inputs alone, which a loss of the batch can learn") {
  const Dataset<double> data{.inputs = zeros<double>({6, 2})};
  CHECK(refusal(data) == "(no Error)");
  CHECK(train_test_split(data, {.test_size = 0.5}).test.size() == 3);
  for (const bool prefetch : {false, true}) {
    DataLoader<double> loader(data, {.batch_size = 3, .prefetch = prefetch});
    for (const Batch<double>& batch : loader) {
      CHECK(batch.size() == 3);
      CHECK(batch.labels.empty());
      CHECK_FALSE(batch.targets.has_value());
    }
  }
}

TEST_CASE("targets, weights and labels that do not fit the rows are refused") {
  Dataset<double> data = everything(4);
  SUBCASE("targets") {
    data.targets = zeros<double>({3, 2});
    CHECK(contains(refusal(data), "[test] inputs and targets disagree: got inputs (4, 1) and targets (3, 2)"));
  }
  SUBCASE("weights") {
    data.weights = zeros<double>({4, 1});
    CHECK(contains(refusal(data), "got weights of shape (4, 1); expected (4,)"));
  }
  SUBCASE("a weight") {
    for (const double bad : {-1.0, std::nan("")}) {
      (*data.weights)(2) = bad;
      CHECK(contains(refusal(data), "the weight of row 2 is "));
    }
  }
  SUBCASE("labels of sequences") {
    data.labels.pop_back();
    CHECK(contains(refusal(data), "got inputs (4, 1) and 7 labels, expected inputs (N, D) and N · 2 labels"));
  }
}

TEST_CASE("an epoch can be served from a batch on") {
  DataLoader<double> whole(everything(20), {.batch_size = 4, .seed = 3}),
      part(everything(20), {.batch_size = 4, .seed = 3});
  std::vector<Array<double>> expected, got;
  for (const Batch<double>& batch : whole) expected.push_back(batch.inputs);
  part.set_epoch(0, 2);
  for (const Batch<double>& batch : part) got.push_back(batch.inputs);
  CHECK(got == std::vector<Array<double>>(expected.begin() + 2, expected.end()));
  std::size_t next = 0;
  for ([[maybe_unused]] const Batch<double>& batch : part) ++next;
  CHECK(next == 5);  // the next epoch is whole
  CHECK(contains(error_text([&] { part.set_epoch(0, 5); }), "there is no batch 5 in an epoch of 5"));
}
