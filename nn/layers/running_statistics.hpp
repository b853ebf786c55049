#pragma once

#include <nn/layers/batch_norm_options.hpp>
#include <nn/module.hpp>

namespace wengert::nn {

/// What batch norm remembers of the batches it has seen, one mean and one variance for each of C channels.
template <class T>
class RunningStatistics {
 public:
  explicit RunningStatistics(std::size_t channels);

  const Array<T>& mean() const& { return mean_; }
  Array<T> mean() && { return std::move(mean_); }
  const Array<T>& variance() const& { return variance_; }
  Array<T> variance() && { return std::move(variance_); }

  /// Takes in a batch with `count` values a channel, its means and its biased variances, C elements each:
  /// running = (1 - m) · running + m · batch. Throws NotFinite, and has changed nothing, if one would not be finite.
  void update(const Array<T>& batch_mean, const Array<T>& batch_variance, std::size_t count,
              const BatchNormOptions& options);

  /// PyTorch's names: running_mean (C), running_var (C) and num_batches_tracked, a scalar.
  std::vector<Named<Array<T>*>> buffers();

 private:
  Array<T> mean_;
  Array<T> variance_;
  Array<T> batches_;
};

extern template class RunningStatistics<float>;
extern template class RunningStatistics<double>;

}  // namespace wengert::nn
