#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <nn/layers/running_statistics.hpp>

namespace wengert::nn {
namespace {

/// (1 - share) · running + share · scale · batch, rounded once.
template <class T>
Array<T> blend(const Array<T>& running, const Array<T>& batch, double share, double scale) {
  Array<T> result = empty<T>(running.shape());
  std::transform(running.data(), running.data() + running.size(), batch.data(), result.data(), [=](T kept, T newest) {
    return static_cast<T>((1.0 - share) * static_cast<double>(kept) + share * (scale * static_cast<double>(newest)));
  });
  return result;
}

template <class T>
void require_finite(const Array<T>& array, const char* what) {
  const std::size_t channel = first_not_finite(array);
  if (channel == array.size()) return;
  throw NotFinite(
      fmt::format("[BatchNorm] the running {} of channel {} would become {}; it has not changed; look at the "
                  "layer's input",
                  what, channel, array.data()[channel]));
}

}  // namespace

template <class T>
RunningStatistics<T>::RunningStatistics(std::size_t channels)
    : mean_(zeros<T>({channels})), variance_(ones<T>({channels})), batches_(scalar(T(0))) {}

template <class T>
void RunningStatistics<T>::update(const Array<T>& batch_mean, const Array<T>& batch_variance, std::size_t count,
                                  const BatchNormOptions& options) {
  const double n = static_cast<double>(count);
  const double batches = static_cast<double>(*batches_.data()) + 1.0;
  const double share = options.momentum.value_or(1.0 / batches);
  const double scale = options.running_variance == RunningVariance::unbiased ? n / (n - 1.0) : 1.0;
  Array<T> mean = blend(mean_, batch_mean, share, 1.0);
  Array<T> variance = blend(variance_, batch_variance, share, scale);
  require_finite(mean, "mean");
  require_finite(variance, "variance");
  mean_ = std::move(mean);
  variance_ = std::move(variance);
  *batches_.data() = static_cast<T>(batches);
}

template <class T>
std::vector<Named<Array<T>*>> RunningStatistics<T>::buffers() {
  return {{"running_mean", &mean_}, {"running_var", &variance_}, {"num_batches_tracked", &batches_}};
}

template class RunningStatistics<float>;
template class RunningStatistics<double>;

}  // namespace wengert::nn
