#include <autograd/arrays/shape.hpp>
#include <autograd/base/background.hpp>
#include <datasets/loader.hpp>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace wengert::datasets {
namespace {

/// How much is handed over at once: for small batches a handover costs more than copying the rows.
constexpr std::size_t group_bytes = std::size_t{1} << 20;

/// Epochs of less than that are not worth the start of a thread.
constexpr std::size_t least_prefetched_bytes = std::size_t{1} << 25;

/// Whether the N mod B samples that do not fill a batch are left out.
bool drops_rest(std::size_t rest, const LoaderOptions& options) {
  const bool lone = rest == 1 && options.last_batch_of_one == LastBatch::drop;
  return options.drop_last || lone;
}

bool merges_rest(std::size_t full_batches, std::size_t rest, const LoaderOptions& options) {
  return rest == 1 && full_batches > 0 && options.last_batch_of_one == LastBatch::merge;
}

}  // namespace

template <class T>
DataLoader<T>::DataLoader(Dataset<T> dataset, const LoaderOptions& options)
    : dataset_(std::move(dataset)), options_(options), generator_(options.seed) {
  constexpr std::string_view operation = "DataLoader";
  dataset_.check(operation);
  const std::size_t count = dataset_.size(), batch_size = options.batch_size;
  require(batch_size >= 1, operation, "batch_size is 0; expected at least 1; use for example 32");
  require(count >= 1, operation, "the dataset is empty: got inputs {}; expected at least one sample; add samples",
          dataset_.inputs.shape());

  const std::size_t full = count / batch_size, rest = count % batch_size;
  const bool dropped = drops_rest(rest, options), merged = merges_rest(full, rest, options);
  samples_ = dropped ? count - rest : count;
  batches_ = full + (rest > 0 && !dropped && !merged ? 1 : 0);
  require(
      batches_ >= 1, operation,
      "no batch is left: got {} samples, batch_size {}, and options that drop the last batch; expected a full batch; "
      "lower batch_size or keep the last batch",
      count, batch_size);
}

template <class T>
void DataLoader<T>::set_epoch(std::size_t epoch, std::size_t batch) {
  require(batch < batches_, "DataLoader", "there is no batch {} in an epoch of {}; batches are counted from 0", batch,
          batches_);
  first_batch_ = batch;
  generator_ = Generator(options_.seed);
  for (epoch_ = 0; epoch_ < epoch;) next_order();
}

template <class T>
typename DataLoader<T>::Iterator DataLoader<T>::begin() {
  require(dataset_.size() > 0, "DataLoader", "its dataset was moved away; serve it from where it is now");
  return Iterator(std::make_unique<Epoch>(*this, next_order(), std::exchange(first_batch_, 0)));
}

template <class T>
typename DataLoader<T>::Order DataLoader<T>::next_order() {
  ++epoch_;
  if (options_.shuffle) return generator_.permutation(dataset_.size());
  Order order(dataset_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

template <class T>
std::span<const std::size_t> DataLoader<T>::rows_of_batch(const Order& order, std::size_t index) const {
  const std::size_t begin = index * options_.batch_size;
  const std::size_t end = index + 1 == batches_ ? samples_ : begin + options_.batch_size;
  return std::span(order).subspan(begin, end - begin);
}

/// The batches of one epoch. A group of them is served while another thread fills the next group; as long as that is
/// not ready, the batches are made here, so nobody ever waits for the other thread. All memory is taken here and used
/// again; the other thread only copies rows.
template <class T>
class DataLoader<T>::Epoch {
 public:
  Epoch(const DataLoader& loader, Order order, std::size_t first)
      : loader_(&loader), order_(std::move(order)), index_(first) {
    make_here();
    const std::size_t bytes_per_batch = current_->inputs.size() * sizeof(T);
    if (!loader.options_.prefetch || bytes_per_batch * loader.batches() < least_prefetched_bytes) return;
    batches_per_group_ = std::max<std::size_t>(1, group_bytes / bytes_per_batch);
    background_.emplace([this] { fill(prepared_); });
    if (first + 1 < loader.batches()) prepare(first + 1);
  }

  Batch<T>& batch() const { return *current_; }
  bool at_end() const { return index_ == loader_->batches(); }

  void next() {
    ++index_;
    if (at_end()) return;
    if (!served_.holds(index_)) serve_prepared();
    if (served_.holds(index_)) {
      current_ = &served_.batches[index_ - served_.first];
    } else {
      make_here();
    }
  }

 private:
  struct Group {
    std::size_t first = 0;
    std::vector<Batch<T>> batches = {};

    std::size_t end() const { return first + batches.size(); }
    bool holds(std::size_t index) const { return index >= first && index < end(); }
  };

  void make_here() {
    shape(single_, index_, 1);
    fill(single_);
    current_ = &single_.batches.front();
  }

  /// Takes over the prepared group if it is ready, even one that comes too late, and has the next one filled.
  void serve_prepared() {
    if (!background_ || !background_->idle()) return;
    std::swap(served_, prepared_);
    prepare(std::max(served_.end(), index_ + 1));
  }

  void prepare(std::size_t first) {
    shape(prepared_, first, std::min(batches_per_group_, loader_->batches() - first));
    background_->start();
  }

  void shape(Group& group, std::size_t first, std::size_t count) {
    group.first = first;
    group.batches.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t rows = loader_->rows_of_batch(order_, first + i).size();
      Batch<T>& batch = group.batches[i];
      shape(batch.inputs, data().inputs, rows);
      batch.labels.resize(data().labels.empty() ? 0 : rows * data().labels_per_sample);
      shape(batch.targets, data().targets, rows);
      shape(batch.weights, data().weights, rows);
    }
  }

  /// Gives a batch's array the shape of the dataset's, with as many rows.
  static void shape(Array<T>& array, const Array<T>& all, std::size_t rows) {
    Shape shape = all.shape();
    shape[0] = rows;
    array.resize(shape);
  }
  static void shape(std::optional<Array<T>>& array, const std::optional<Array<T>>& all, std::size_t rows) {
    if (!all) return;
    if (!array) array.emplace();
    shape(*array, *all, rows);
  }

  void fill(Group& group) const {
    for (std::size_t i = 0; i < group.batches.size(); ++i) {
      fill(group.batches[i], loader_->rows_of_batch(order_, group.first + i));
    }
  }

  void fill(Batch<T>& batch, std::span<const std::size_t> rows) const {
    copy_rows(data().inputs, rows, batch.inputs);
    if (data().targets) copy_rows(*data().targets, rows, *batch.targets);
    if (data().weights) copy_rows(*data().weights, rows, *batch.weights);
    if (data().labels.empty()) return;
    auto label = batch.labels.begin();
    for (const std::size_t row : rows) {
      const auto first = data().labels.begin() + static_cast<std::ptrdiff_t>(row * data().labels_per_sample);
      label = std::copy_n(first, data().labels_per_sample, label);
    }
  }

  const Dataset<T>& data() const { return loader_->dataset_; }

  const DataLoader* loader_;
  Order order_;
  std::size_t index_ = 0;
  std::size_t batches_per_group_ = 0;
  Group single_, served_, prepared_;
  Batch<T>* current_ = nullptr;
  std::optional<base::Background> background_;  // last: it ends before what it works on
};

template <class T>
DataLoader<T>::Iterator::Iterator(std::unique_ptr<Epoch> epoch) : epoch_(std::move(epoch)) {}
template <class T>
DataLoader<T>::Iterator::~Iterator() = default;
template <class T>
DataLoader<T>::Iterator::Iterator(Iterator&&) noexcept = default;
template <class T>
typename DataLoader<T>::Iterator& DataLoader<T>::Iterator::operator=(Iterator&&) noexcept = default;

template <class T>
const Batch<T>& DataLoader<T>::Iterator::operator*() const {
  return epoch_->batch();
}

template <class T>
Batch<T> DataLoader<T>::Iterator::take() {
  Batch<T> batch{.inputs = empty<T>({0})};
  std::swap(batch, epoch_->batch());
  return batch;
}

template <class T>
typename DataLoader<T>::Iterator& DataLoader<T>::Iterator::operator++() {
  epoch_->next();
  return *this;
}

template <class T>
bool DataLoader<T>::Iterator::at_end() const {
  return epoch_->at_end();
}

template class DataLoader<float>;
template class DataLoader<double>;

}  // namespace wengert::datasets
