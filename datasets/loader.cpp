#include <autograd/shape.hpp>
#include <datasets/loader.hpp>

#include <algorithm>
#include <numeric>

namespace wengert::datasets {
namespace {

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
void DataLoader<T>::set_epoch(std::size_t epoch) {
  generator_ = Generator(options_.seed);
  for (epoch_ = 0; epoch_ < epoch;) next_order();
}

template <class T>
typename DataLoader<T>::Iterator DataLoader<T>::begin() {
  return Iterator(*this, next_order());
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
Batch<T> DataLoader<T>::batch(const Order& order, std::size_t index) const {
  const std::size_t begin = index * options_.batch_size;
  const std::size_t end = index + 1 == batches_ ? samples_ : begin + options_.batch_size;
  const std::span rows(order.data() + begin, end - begin);
  Batch<T> batch{select_rows(dataset_.inputs, rows), {}};
  batch.labels.reserve(rows.size());
  for (std::size_t row : rows) batch.labels.push_back(dataset_.labels[row]);
  return batch;
}

template class DataLoader<float>;
template class DataLoader<double>;

}  // namespace wengert::datasets
