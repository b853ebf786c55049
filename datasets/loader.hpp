#pragma once

#include <autograd/arrays/random.hpp>
#include <datasets/dataset.hpp>

#include <cstdint>
#include <iterator>
#include <memory>
#include <span>

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
  bool prefetch = true;  // a second thread prepares the next batches; changes no number
};

/// Serves a dataset in batches; every loop over it is one epoch, in a new random order if `shuffle` is set:
/// `for (const Batch<float>& batch : loader)`. The order of epoch k depends on the seed and k only.
///
/// With `prefetch`, a second thread copies the rows of the next batches, 1 MiB at a time, while the program works on
/// these. The program never waits for it: a batch that is not ready is made by the program, so a busy machine loses
/// nothing, and what is served is the same to the last bit. Epochs of less than 32 MiB do without the thread.
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

  const Dataset<T>& dataset() const& { return dataset_; }
  Dataset<T> dataset() && { return std::move(dataset_); }

  const LoaderOptions& options() const& { return options_; }
  LoaderOptions options() && { return options_; }

  /// The number of the epoch that the next loop serves, from 0.
  std::size_t epoch() const { return epoch_; }

  /// Makes `epoch` the next one, to resume an interrupted training, from a batch of it on. Throws an Error if the epoch
  /// has no such batch.
  void set_epoch(std::size_t epoch, std::size_t batch = 0);

  /// Starts the next epoch.
  Iterator begin();
  std::default_sentinel_t end() const { return {}; }

 private:
  using Order = std::vector<std::size_t>;

  class Epoch;

  Order next_order();
  std::span<const std::size_t> rows_of_batch(const Order& order, std::size_t index) const;

  Dataset<T> dataset_;
  LoaderOptions options_;
  Generator generator_;
  std::size_t epoch_ = 0;
  std::size_t first_batch_ = 0;  ///< of the next epoch
  std::size_t batches_ = 0;
  std::size_t samples_ = 0;
};

/// Walks once through the batches of one epoch; valid as long as its loader is. An epoch may be left early, and several
/// may be under way at the same time.
template <class T>
class DataLoader<T>::Iterator {
 public:
  using value_type = Batch<T>;
  using difference_type = std::ptrdiff_t;

  explicit Iterator(std::unique_ptr<Epoch> epoch);
  ~Iterator();
  Iterator(Iterator&&) noexcept;
  Iterator& operator=(Iterator&&) noexcept;

  /// The batch; valid until the iterator moves on, because its memory is used again.
  const Batch<T>& operator*() const;
  /// The same batch to keep; `*` gives an empty one until the iterator moves on.
  Batch<T> take();

  Iterator& operator++();
  void operator++(int) { ++*this; }

  friend bool operator==(const Iterator& iterator, std::default_sentinel_t) { return iterator.at_end(); }

 private:
  bool at_end() const;

  std::unique_ptr<Epoch> epoch_;
};

}  // namespace wengert::datasets
