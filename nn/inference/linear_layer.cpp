#include <nn/inference/linear_layer.hpp>

#include <algorithm>

namespace wengert::nn {
namespace {

template <class T>
std::vector<double> numbers_of(const Array<T>& array) {
  return {array.begin(), array.end()};
}

template <class T>
void set(const Var<T>& parameter, const std::vector<double>& numbers) {
  Array<T> value = empty<T>(parameter.shape());
  std::transform(numbers.begin(), numbers.end(), value.begin(), [](double x) { return static_cast<T>(x); });
  parameter.set_value(std::move(value));
}

template <class T, class Layer>
std::unique_ptr<Module<T>> filled(Layer layer, const LinearNumbers& numbers) {
  set(std::as_const(layer).weight(), numbers.weight);
  set(*std::as_const(layer).bias(), numbers.bias);
  return std::make_unique<Layer>(std::move(layer));
}

}  // namespace

void LinearNumbers::follow_with(const ChannelMap& map) {
  for (std::size_t k = 0; k < weight.size(); ++k) weight[k] *= map.scale[k / (inputs * taps)];
  for (std::size_t o = 0; o < outputs; ++o) bias[o] = map.scale[o] * bias[o] + map.shift[o];
}

void LinearNumbers::precede_with(const ChannelMap& map) {
  for (std::size_t k = 0; k < weight.size(); ++k) {
    const std::size_t o = k / (inputs * taps), group = o / (outputs / groups);
    const std::size_t c = group * inputs + k / taps % inputs;
    bias[o] += weight[k] * map.shift[c];
    weight[k] *= map.scale[c];
  }
}

template <class T>
LinearLayer<T>::LinearLayer(const Module<T>& layer)
    : linear_(dynamic_cast<const Linear<T>*>(&layer)), convolution_(dynamic_cast<const Convolution<T>*>(&layer)) {}

template <class T>
bool LinearLayer<T>::has_activation() const {
  return convolution_ != nullptr && convolution_->options().activation != Activation::none;
}

template <class T>
bool LinearLayer<T>::has_padding() const {
  if (convolution_ == nullptr) return false;
  const Padding2d& padding = convolution_->options().padding;
  const Shape& w = convolution_->weight().shape();
  if (padding.rule == Padding::same) return w[2] > 1 || w.back() > 1;
  return padding.size.width > 0 || (w.size() == 4 && padding.size.height > 0);
}

template <class T>
std::size_t LinearLayer<T>::inputs() const {
  if (linear_ != nullptr) return linear_->weight().shape()[1];
  return convolution_->weight().shape()[1] * convolution_->options().groups;
}

template <class T>
std::size_t LinearLayer<T>::outputs() const {
  return linear_ != nullptr ? linear_->weight().shape()[0] : convolution_->weight().shape()[0];
}

template <class T>
LinearNumbers LinearLayer<T>::numbers(std::size_t channels) const {
  const Var<T>& weight = linear_ != nullptr ? linear_->weight() : convolution_->weight();
  const std::optional<Var<T>>& bias = linear_ != nullptr ? linear_->bias() : convolution_->bias();
  const std::size_t groups = linear_ != nullptr ? 1 : convolution_->options().groups;
  const std::size_t of_group = channels / groups;
  return {.outputs = outputs(),
          .inputs = of_group,
          .taps = weight.size() / (outputs() * of_group),
          .groups = groups,
          .weight = numbers_of(weight.value()),
          .bias = bias ? numbers_of(bias->value()) : std::vector<double>(outputs(), 0.0)};
}

template <class T>
std::unique_ptr<Module<T>> LinearLayer<T>::with(const LinearNumbers& numbers) const {
  Generator any(0);
  if (linear_ != nullptr) return filled<T>(Linear<T>(inputs(), outputs(), any), numbers);
  const Shape& w = convolution_->weight().shape();
  ConvOptions options = convolution_->options();
  options.bias = true;
  if (w.size() == 3) return filled<T>(Conv1d<T>(inputs(), w[0], w[2], any, options), numbers);
  return filled<T>(Conv2d<T>(inputs(), w[0], Size2d(w[2], w[3]), any, options), numbers);
}

template class LinearLayer<float>;
template class LinearLayer<double>;

}  // namespace wengert::nn
