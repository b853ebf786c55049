#include "../error_text.hpp"
#include "small_dataset.hpp"

#include <doctest/doctest.h>
#include <datasets/loader.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <thread>

using namespace wengert;
using namespace wengert::datasets;

static_assert(std::ranges::input_range<DataLoader<float>>);

namespace {

using Sizes = std::vector<std::size_t>;

Sizes batch_sizes(std::size_t count, const LoaderOptions& options) {
  DataLoader loader(numbered_dataset<float>(count), options);
  Sizes sizes;
  for (const Batch<float>& batch : loader) sizes.push_back(batch.labels.size());
  CHECK(sizes.size() == loader.batches());
  CHECK(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) == loader.samples());
  return sizes;
}

/// The row numbers of the next epoch, in the order in which they are served.
template <class T>
std::vector<std::size_t> served_rows(DataLoader<T>& loader) {
  std::vector<std::size_t> rows;
  for (const Batch<T>& batch : loader) {
    for (std::size_t n = 0; n < batch.labels.size(); ++n) rows.push_back(static_cast<std::size_t>(batch.inputs(n, 0)));
  }
  return rows;
}

std::vector<std::size_t> first_numbers(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

/// Large enough to be prefetched, with a last batch of its own size; the first element of a row is its number.
template <class T>
Dataset<T> large_dataset() {
  constexpr std::size_t rows = 8209, features = 1024;
  Dataset<T> dataset{zeros<T>({rows, features}), std::vector<std::size_t>(rows), {}, {}};
  for (std::size_t row = 0; row < rows; ++row) {
    dataset.inputs(row, 0) = static_cast<T>(row);
    dataset.inputs(row, features - 1) = -static_cast<T>(row);
    dataset.labels[row] = 10 * row;
  }
  return dataset;
}

/// Time for the other thread to prepare something, so that both ways to make a batch are taken.
void give_time() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

void give_up_at_batch(DataLoader<float>& loader, std::size_t last) {
  std::size_t index = 0;
  for (const Batch<float>& batch : loader) {
    if (batch.labels.size() == 32 && index++ == last) throw std::domain_error("enough");
  }
}

}  // namespace

TEST_CASE("the rest of N mod B samples makes the last batch") {
  CHECK(batch_sizes(12, {.batch_size = 4}) == Sizes{4, 4, 4});
  CHECK(batch_sizes(14, {.batch_size = 4}) == Sizes{4, 4, 4, 2});
  CHECK(batch_sizes(3, {.batch_size = 4}) == Sizes{3});
  CHECK(batch_sizes(4, {.batch_size = 4}) == Sizes{4});
}

TEST_CASE("a last batch of one is merged, kept or dropped as asked") {
  CHECK(batch_sizes(13, {.batch_size = 4}) == Sizes{4, 4, 5});
  CHECK(batch_sizes(13, {.batch_size = 4, .last_batch_of_one = LastBatch::keep}) == Sizes{4, 4, 4, 1});
  CHECK(batch_sizes(13, {.batch_size = 4, .last_batch_of_one = LastBatch::drop}) == Sizes{4, 4, 4});
  CHECK(batch_sizes(5, {.batch_size = 4}) == Sizes{5});
}

TEST_CASE("the policy for a last batch of one leaves other batches alone") {
  for (LastBatch policy : {LastBatch::merge, LastBatch::keep, LastBatch::drop}) {
    CHECK(batch_sizes(12, {.batch_size = 4, .last_batch_of_one = policy}) == Sizes{4, 4, 4});
    CHECK(batch_sizes(14, {.batch_size = 4, .last_batch_of_one = policy}) == Sizes{4, 4, 4, 2});
    CHECK(batch_sizes(3, {.batch_size = 1, .last_batch_of_one = policy}) == Sizes{1, 1, 1});
  }
}

TEST_CASE("a single sample has no batch to be merged into and is kept") {
  for (LastBatch policy : {LastBatch::merge, LastBatch::keep})
    CHECK(batch_sizes(1, {.batch_size = 4, .last_batch_of_one = policy}) == Sizes{1});
}

TEST_CASE("drop_last leaves every incomplete batch out, whatever the policy for one sample") {
  CHECK(batch_sizes(12, {.batch_size = 4, .drop_last = true}) == Sizes{4, 4, 4});
  CHECK(batch_sizes(13, {.batch_size = 4, .drop_last = true}) == Sizes{4, 4, 4});
  CHECK(batch_sizes(14, {.batch_size = 4, .drop_last = true}) == Sizes{4, 4, 4});
}

TEST_CASE_TEMPLATE("without shuffling the rows come in order, with their labels", T, float, double) {
  DataLoader loader(numbered_dataset<T>(8), {.batch_size = 3, .shuffle = false});
  std::vector<Batch<T>> batches;
  for (const Batch<T>& batch : loader) batches.push_back(batch);
  REQUIRE(batches.size() == 3);
  CHECK(batches[0].inputs == Array<T>{{0, 1000}, {1, 1001}, {2, 1002}});
  CHECK(batches[2].inputs == Array<T>{{6, 1006}, {7, 1007}});
  CHECK(batches[2].labels == std::vector<std::size_t>{0, 1});
  CHECK(served_rows(loader) == first_numbers(8));
}

TEST_CASE("a shuffled epoch is a permutation of the rows, each with its own label") {
  DataLoader loader(numbered_dataset<double>(53), {.batch_size = 7});
  for (const Batch<double>& batch : loader) {
    for (std::size_t n = 0; n < batch.labels.size(); ++n) {
      CHECK(batch.labels[n] == static_cast<std::size_t>(batch.inputs(n, 0)) % 3);
    }
  }
  std::vector<std::size_t> rows = served_rows(loader);
  CHECK(rows != first_numbers(53));
  std::sort(rows.begin(), rows.end());
  CHECK(rows == first_numbers(53));
}

TEST_CASE("every epoch has a new order, which the seed and its number decide") {
  DataLoader first(numbered_dataset<float>(30), {.seed = 5});
  DataLoader second(numbered_dataset<float>(30), {.seed = 5});
  DataLoader other(numbered_dataset<float>(30), {.seed = 6});
  std::vector<std::vector<std::size_t>> epochs;
  for (std::size_t epoch = 0; epoch < 4; ++epoch) {
    epochs.push_back(served_rows(first));
    CHECK(epochs[epoch] == served_rows(second));
    CHECK(epochs[epoch] != served_rows(other));
    CHECK((epoch == 0 || epochs[epoch] != epochs[epoch - 1]));
  }
  CHECK(first.epoch() == 4);
  second.set_epoch(2);
  CHECK(second.epoch() == 2);
  CHECK(served_rows(second) == epochs[2]);
  CHECK(served_rows(second) == epochs[3]);
}

TEST_CASE("a loop that is left early does not change the epochs after it") {
  DataLoader whole(numbered_dataset<float>(30)), broken(numbered_dataset<float>(30));
  served_rows(whole);
  for (const Batch<float>& batch : broken) {
    CHECK(batch.labels.size() == 30);
    break;
  }
  CHECK(served_rows(whole) == served_rows(broken));
}

TEST_CASE("a loop inside a loop over the same loader disturbs neither") {
  DataLoader loader(numbered_dataset<float>(10), {.batch_size = 5});
  std::vector<std::size_t> rows;
  for (const Batch<float>& batch : loader) {
    for (std::size_t n = 0; n < batch.labels.size(); ++n) rows.push_back(static_cast<std::size_t>(batch.inputs(n, 0)));
    CHECK(served_rows(loader).size() == 10);
  }
  std::sort(rows.begin(), rows.end());
  CHECK(rows == first_numbers(10));
}

TEST_CASE("every row is as likely to come first") {
  DataLoader loader(numbered_dataset<float>(10), {.batch_size = 10});
  std::vector<std::size_t> times(10);
  for (std::size_t epoch = 0; epoch < 10000; ++epoch) ++times[served_rows(loader).front()];
  double chi_square = 0.0;
  for (std::size_t count : times) chi_square += std::pow(static_cast<double>(count) - 1000.0, 2) / 1000.0;
  CHECK(chi_square < 27.9);  // nine degrees of freedom, p = 0.001; the seed is fixed
}

TEST_CASE("a batch keeps the inner axes of the inputs") {
  Dataset<float> images{zeros<float>({5, 1, 8, 8}), {0, 1, 0, 1, 0}, {}, {}};
  DataLoader loader(std::move(images), {.batch_size = 2});
  CHECK((*loader.begin()).inputs.shape() == Shape{2, 1, 8, 8});
}

TEST_CASE_TEMPLATE("what is served is the same with prefetching and without", T, float, double) {
  for (const LoaderOptions& options : {LoaderOptions{}, LoaderOptions{.batch_size = 64, .shuffle = false},
                                       LoaderOptions{.batch_size = 2500, .drop_last = true}}) {
    LoaderOptions without = options;
    without.prefetch = false;
    DataLoader<T> here(large_dataset<T>(), without), ahead(large_dataset<T>(), options);
    for (int epoch = 0; epoch < 2; ++epoch) {
      auto batch = ahead.begin();
      for (const Batch<T>& expected : here) {
        REQUIRE(batch != ahead.end());
        if (expected.labels.front() % 3 == 0) give_time();
        CHECK((*batch).inputs == expected.inputs);
        CHECK((*batch).labels == expected.labels);
        ++batch;
      }
      CHECK(batch == ahead.end());
    }
  }
}

TEST_CASE("batches that are taken to keep are those that are served, with prefetching and without") {
  Generator generator(8);
  Dataset<float> data{generator.normal<float>({9000, 1000}), std::vector<std::size_t>(9000), {}, {}};
  std::iota(data.labels.begin(), data.labels.end(), std::size_t{0});
  DataLoader<float> served(data, {.batch_size = 64, .prefetch = false});
  for (const bool prefetch : {false, true}) {
    DataLoader<float> loader(data, {.batch_size = 64, .prefetch = prefetch});
    served.set_epoch(0);
    auto expected = served.begin();
    std::vector<Batch<float>> kept;
    bool all_equal = true;
    for (auto batches = loader.begin(); batches != loader.end(); ++batches, ++expected) {
      kept.push_back(batches.take());
      CHECK((*batches).labels.empty());
      all_equal = all_equal && kept.back().labels == (*expected).labels && kept.back().inputs == (*expected).inputs;
    }
    CHECK(all_equal);
    CHECK(kept.size() == loader.batches());
    CHECK(kept.front().inputs(0, 0) == data.inputs(kept.front().labels[0], 0));  // unchanged since
  }
}

TEST_CASE("a prefetched epoch may be left at any batch, with or without an exception") {
  DataLoader whole(large_dataset<float>(), {.prefetch = false}), broken(large_dataset<float>());
  for (const std::size_t last : std::vector<std::size_t>{0, 1, 2, 7, 8, 9, 100}) {
    std::size_t index = 0;
    for (const Batch<float>& batch : broken) {
      CHECK(batch.labels.size() == 32);
      if (index++ == last) break;
    }
    CHECK_THROWS_AS(give_up_at_batch(broken, last), std::domain_error);
  }
  whole.set_epoch(broken.epoch());
  CHECK(served_rows(whole) == served_rows(broken));
}

TEST_CASE("prefetched epochs that are under way together, and one that is moved, serve their own orders") {
  DataLoader here(large_dataset<float>(), {.prefetch = false}), ahead(large_dataset<float>());
  auto first = ahead.begin(), second = ahead.begin();
  auto moved = std::move(second);
  const std::vector<std::size_t> first_rows = served_rows(here), second_rows = served_rows(here);
  std::size_t position = 0;
  for (; first != ahead.end(); ++first, ++moved) {
    if (position % 1024 == 0) give_time();
    for (std::size_t n = 0; n < (*first).labels.size(); ++n, ++position) {
      CHECK((*first).inputs(n, 0) == static_cast<float>(first_rows[position]));
      CHECK((*moved).inputs(n, 0) == static_cast<float>(second_rows[position]));
    }
  }
  CHECK(position == ahead.samples());
}

TEST_CASE("prefetching uses the same memory in every epoch") {
  DataLoader loader(large_dataset<float>());
  const std::size_t before = memory::recycled_bytes();
  for (int epoch = 0; epoch < 10; ++epoch) served_rows(loader);
  CHECK(memory::recycled_bytes() <= before + (std::size_t{4} << 20));  // two groups of 1 MiB in rounded blocks, a batch
}

TEST_CASE("a loader that was moved away says so") {
  DataLoader loader(numbered_dataset<float>(4), {.batch_size = 2});
  DataLoader moved = std::move(loader);
  CHECK((*moved.begin()).size() == 2);
  CHECK(contains(error_text([&] { loader.begin(); }), "[DataLoader] its dataset was moved away"));
}

TEST_CASE("options that cannot work are refused with the numbers") {
  const auto refused = [](std::size_t count, const LoaderOptions& options) {
    return error_text([&] { DataLoader(numbered_dataset<float>(count), options); });
  };
  CHECK(contains(refused(5, {.batch_size = 0}), "[DataLoader] batch_size is 0"));
  CHECK(contains(refused(0, {}), "the dataset is empty: got inputs (0, 2)"));
  CHECK(contains(refused(5, {.batch_size = 32, .drop_last = true}), "got 5 samples, batch_size 32"));
  CHECK(contains(refused(1, {.last_batch_of_one = LastBatch::drop}), "no batch is left: got 1 samples"));
  Dataset<float> dataset = numbered_dataset<float>(5);
  dataset.labels.pop_back();
  CHECK(contains(error_text([&] { DataLoader{dataset}; }), "inputs (5, 2) and 4 labels"));
}
