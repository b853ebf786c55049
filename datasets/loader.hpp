#pragma once

#include <autograd/random.hpp>
#include <datasets/dataset.hpp>

#include <cstdint>
#include <iterator>
#include <memory>

namespace wengert::datasets {

/// What becomes of a last batch that would hold one sample while the others hold more: batch norm cannot train on it.
enum class LastBatch {
  merge,  // into the batch before it, which then holds batch_size + 1; kept if there is none
  keep,
  drop
};

struct LoaderOptions {
  std::size_t batch_size = 32;
  bool shuffle = true;
  bool drop_last = false;  // leaves out a last batch that is smaller than the others
  std::uint64_t seed = 0;
  LastBatch last_batch_of_one = LastBatch::merge;
};

/// Some samples of a dataset: inputs (B, D) and their B labels.
template <class T>
struct Batch {
  Array<T> inputs;
  std::vector<std::size_t> labels;
};

/// Serves a dataset in batches; every loop over it is one epoch, in a new random order if `shuffle` is set:
/// `for (const Batch<float>& batch : loader)`. The order of epoch k depends on the seed and k only.
template <class T>
class DataLoader {
 public:
  class Iterator;

  /// Throws an Error if batch_size is 0, the dataset is empty or inconsistent, or the options leave no batch.
  explicit DataLoader(Dataset<T> dataset, const LoaderOptions& options = {});

  /// The number of batches of an epoch.
  std::size_t batches() const { return batches_; }

  /// The number of samples that an epoch serves.
  std::size_t samples() const { return samples_; }

  const Dataset<T>& dataset() const { return dataset_; }

  /// The number of the epoch that the next loop serves, from 0.
  std::size_t epoch() const { return epoch_; }

  /// Makes `epoch` the next one, to resume an interrupted training.
  void set_epoch(std::size_t epoch);

  /// Starts the next epoch.
  Iterator begin();
  std::default_sentinel_t end() const { return {}; }

 private:
  using Order = std::vector<std::size_t>;

  Order next_order();
  Batch<T> batch(const Order& order, std::size_t index) const;

  Dataset<T> dataset_;
  LoaderOptions options_;
  Generator generator_;
  std::size_t epoch_ = 0;
  std::size_t batches_ = 0;
  std::size_t samples_ = 0;
};

/// Walks through the batches of one epoch; valid as long as its loader is.
template <class T>
class DataLoader<T>::Iterator {
 public:
  using value_type = Batch<T>;
  using difference_type = std::ptrdiff_t;

  Iterator(const DataLoader& loader, Order order)
      : loader_(&loader), order_(std::make_shared<const Order>(std::move(order))) {}

  /// The batch itself, made by this call.
  Batch<T> operator*() const { return loader_->batch(*order_, index_); }

  Iterator& operator++() {
    ++index_;
    return *this;
  }
  void operator++(int) { ++index_; }

  friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
    return iterator.index_ == iterator.loader_->batches();
  }

 private:
  const DataLoader* loader_;
  std::shared_ptr<const Order> order_;
  std::size_t index_ = 0;
};

}  // namespace wengert::datasets
