#include <autograd/operations/normalisation.hpp>
#include <nn/layers/batch_norm1d.hpp>
#include <nn/layers/batch_norm2d.hpp>

namespace wengert::nn {

template <class T>
BatchNorm<T>::BatchNorm(std::size_t channels, const BatchNormOptions& options)
    : options_(options), affine_({channels}, options.affine) {
  options_.check();
  require(channels > 0, "BatchNorm", "got 0 channels; expected at least one");
  if (options.track_running_statistics) running_.emplace(channels);
}

template <class T>
Var<T> BatchNorm<T>::forward(const Var<T>& x) {
  check_shape(input_of(x));
  if (running_ && !this->is_training()) return normalised_by_running(x);
  check_count(input_of(x));
  return normalised_by_batch(x);
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
Var<T> BatchNorm<T>::normalised_by_batch(const Var<T>& x) {
  Axes axes = position_axes(x.rank());
  axes.insert(axes.begin(), 0);
  const BatchNormalised<T> batch = batch_norm(x, weight(), bias(), axes, options_.epsilon);
  if (running_) running_->update(batch.mean.value(), batch.variance.value(), x.size() / channels(), options_);
  return batch.y;
}

template <class T>
Var<T> BatchNorm<T>::normalised_by_running(const Var<T>& x) const {
  const Var<T> mean = Var<T>(running_->mean()).named("running_mean");
  const Var<T> variance = Var<T>(running_->variance()).named("running_var");
  return normalise(x, per_channel(mean, x.rank()), per_channel(variance, x.rank()), per_channel(weight(), x.rank()),
                   per_channel(bias(), x.rank()), options_.epsilon);
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

template class BatchNorm<float>;
template class BatchNorm<double>;
template class BatchNorm1d<float>;
template class BatchNorm1d<double>;
template class BatchNorm2d<float>;
template class BatchNorm2d<double>;

}  // namespace wengert::nn
