#include <autograd/batch_norm.hpp>
#include <autograd/operations/shapes.hpp>
#include <nn/batch_norm1d.hpp>

namespace wengert::nn {

template <class T>
BatchNorm1d<T>::BatchNorm1d(std::size_t channels, const BatchNormOptions& options)
    : options_(options),
      weight_(parameter(ones<T>({channels}), "γ")),
      bias_(parameter(zeros<T>({channels}), "β")),
      running_(channels) {
  options_.check();
  require(channels > 0, "BatchNorm1d", "got 0 channels; expected at least one");
}

template <class T>
Var<T> BatchNorm1d<T>::forward(const Var<T>& x) {
  check(x);
  return this->is_training() ? forward_training(x) : forward_evaluation(x);
}

template <class T>
void BatchNorm1d<T>::check(const Var<T>& x) const {
  const std::size_t channels = weight_.size();
  const std::string got = x.name().empty() ? "an input of shape" : "'" + x.name() + "'";
  require((x.rank() == 2 || x.rank() == 3) && x.shape()[1] == channels, "BatchNorm1d",
          "got {} {}; expected (N, {}) or (N, {}, L), as '{}' {} has one value for each channel", got, x.shape(),
          channels, channels, weight_.name(), weight_.shape());
  require(!this->is_training() || x.size() / channels >= 2, "BatchNorm1d",
          "got {} {} in training, {} value(s) a channel, whose variance says nothing; expected 2 or more; use a larger "
          "batch, drop or merge the last one of an epoch, or call eval()",
          got, x.shape(), x.size() / channels);
}

template <class T>
Var<T> BatchNorm1d<T>::forward_training(const Var<T>& x) {
  const Axes axes = x.rank() == 2 ? Axes{0} : Axes{0, 2};
  const BatchNormalised<T> batch = batch_norm(x, weight_, bias_, axes, options_.epsilon);
  running_.update(batch.mean.value(), batch.variance.value(), x.size() / weight_.size(), options_);
  return batch.y;
}

template <class T>
Var<T> BatchNorm1d<T>::forward_evaluation(const Var<T>& x) const {
  const auto per_channel = [&](const Var<T>& p) {  // (C) broadcasts to (N, C), and (C, 1) to (N, C, L)
    return x.rank() == 2 ? p : reshape(p, {weight_.size(), 1}).named(p.name());
  };
  const Var<T> mean = Var<T>(running_.mean()).named("running_mean");
  const Var<T> variance = Var<T>(running_.variance()).named("running_var");
  return normalise(x, per_channel(mean), per_channel(variance), per_channel(weight_), per_channel(bias_),
                   options_.epsilon);
}

template <class T>
Parts<T> BatchNorm1d<T>::parts() {
  return {.parameters = {{"weight", weight_}, {"bias", bias_}}, .buffers = running_.buffers()};
}

template class BatchNorm1d<float>;
template class BatchNorm1d<double>;

}  // namespace wengert::nn
