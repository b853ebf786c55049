#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/batch_norm.hpp>

namespace wengert::nn {
namespace {

/// (1 - share) · running + share · scale · batch, rounded once.
template <class T>
Array<T> blend(const Array<T>& running, const Array<T>& batch, double share, double scale) {
  Array<T> result = empty<T>(running.shape());
  std::transform(running.data(), running.data() + running.size(), batch.data(), result.data(), [=](T kept, T newest) {
    return static_cast<T>((1.0 - share) * static_cast<double>(kept) + share * scale * static_cast<double>(newest));
  });
  return result;
}

template <class T>
void require_finite(std::string_view layer, const Array<T>& array, const char* what) {
  const std::size_t channel = first_not_finite(array);
  if (channel == array.size()) return;
  throw NotFinite(
      fmt::format("[{}] the running {} of channel {} would become {}; it has not changed; look at the layer's input",
                  layer, what, channel, array.data()[channel]));
}

}  // namespace

BatchNormOptions BatchNormOptions::keras() {
  return {.momentum = 0.01, .epsilon = 1e-3, .running_variance = RunningVariance::biased};
}

BatchNormOptions BatchNormOptions::paper() {
  return {.momentum = std::nullopt, .epsilon = 1e-5, .running_variance = RunningVariance::unbiased};
}

void BatchNormOptions::check(std::string_view layer) const {
  const double share = momentum.value_or(0.0);
  require(share >= 0.0 && share <= 1.0, layer,
          "momentum is {}; expected the share of the newest batch, between 0 and 1; Keras's 0.99 is 0.01 here", share);
  require_epsilon(layer, epsilon);
}

template <class T>
RunningStatistics<T>::RunningStatistics(std::size_t channels)
    : mean_(zeros<T>({channels})), variance_(ones<T>({channels})), batches_(scalar(T(0))) {}

template <class T>
void RunningStatistics<T>::update(const Array<T>& batch_mean, const Array<T>& batch_variance, std::size_t count,
                                  const BatchNormOptions& options, std::string_view layer) {
  const double n = static_cast<double>(count);
  const bool is_known = static_cast<T>(count_) == *batches_.data();  // and not loaded
  const double batches = (is_known ? count_ : static_cast<double>(*batches_.data())) + 1.0;
  const double share = options.momentum.value_or(1.0 / batches);
  const double scale = options.running_variance == RunningVariance::unbiased ? n / (n - 1.0) : 1.0;
  Array<T> mean = blend(mean_, batch_mean, share, 1.0);
  Array<T> variance = blend(variance_, batch_variance, share, scale);
  require_finite(layer, mean, "mean");
  require_finite(layer, variance, "variance");
  mean_ = std::move(mean);
  variance_ = std::move(variance);
  count_ = batches;
  *batches_.data() = static_cast<T>(batches);
}

template <class T>
std::vector<Named<Array<T>*>> RunningStatistics<T>::buffers() {
  return {{"running_mean", &mean_}, {"running_var", &variance_}, {"num_batches_tracked", &batches_}};
}

template <class T>
BatchNorm<T>::BatchNorm(std::string_view layer, std::size_t channels, const BatchNormOptions& options)
    : options_(options), affine_({channels}, options.affine) {
  options_.check(layer);
  require(channels > 0, layer, "got 0 channels; expected at least one");
  if (options.track_running_statistics) running_.emplace(channels);
}

template <class T>
Var<T> BatchNorm<T>::forward(const Var<T>& x) {
  const AllOrNothing<T> whole;
  check_shape(input_of(x));
  const Var<T> gamma = per_channel(weight(), x.rank()), beta = per_channel(bias(), x.rank());
  if (running_ && !this->is_training()) {
    const Var<T> mean = Var<T>(running_->mean()).named("running_mean");
    const Var<T> variance = Var<T>(running_->variance()).named("running_var");
    return normalise(x, per_channel(mean, x.rank()), per_channel(variance, x.rank()), gamma, beta, options_.epsilon);
  }
  check_count(input_of(x));
  Axes axes = position_axes(x.rank());
  axes.insert(axes.begin(), 0);
  const auto [y, mean, variance] = normalise(x, gamma, beta, axes, options_.epsilon);  // μ and σ² are (1, C, 1, 1)
  if (running_) running_->update(mean.value(), variance.value(), x.size() / channels(), options_, this->type());
  return y;
}

template <class T>
void BatchNorm<T>::check_shape(const InputShape& input) const {
  if (inputs().contains(input.shape)) return;
  fail(this->type(), fmt::format("got {}; expected {}, as '{}' {} has one value for each channel", input, inputs(),
                                 weight().name(), weight().shape()));
}

template <class T>
void BatchNorm<T>::check_count(const InputShape& input) const {
  const std::size_t count = input.shape[0] * positions_of(input.shape);
  if (count >= 2) return;
  fail(this->type(),
       fmt::format("got {} {}, {} value(s) a channel, whose variance says nothing; expected 2 or more; use a larger "
                   "batch, drop or merge the last one of an epoch{}",
                   input, running_ ? "in training" : "without running statistics", count,
                   running_ ? ", or call eval()" : ""));
}

template <class T>
Shape BatchNorm<T>::output_shape(const Shape& input) const {
  check_shape({input});
  return input;
}

template <class T>
Parts<T> BatchNorm<T>::parts() {
  Parts<T> parts{.parameters = affine_.parameters(), .settings = {{"epsilon", fmt::format("{}", options_.epsilon)}}};
  if (!running_) return parts;
  parts.buffers = running_->buffers();
  const bool unbiased = options_.running_variance == RunningVariance::unbiased;
  parts.settings.push_back({"momentum", options_.momentum ? fmt::format("{}", *options_.momentum) : "average"});
  parts.settings.push_back({"running_variance", unbiased ? "unbiased" : "biased"});
  return parts;
}

template <class T>
const RunningStatistics<T>& BatchNorm<T>::running() const& {
  if (!running_) fail(this->type(), "has no running statistics, as track_running_statistics is false");
  return *running_;
}

template class RunningStatistics<float>;
template class RunningStatistics<double>;
template class BatchNorm<float>;
template class BatchNorm<double>;
template class BatchNorm1d<float>;
template class BatchNorm1d<double>;
template class BatchNorm2d<float>;
template class BatchNorm2d<double>;

}  // namespace wengert::nn
