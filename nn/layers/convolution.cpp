#include <nn/layers/convolution.hpp>

namespace wengert::nn {
namespace {

std::size_t channels_of_group(std::string_view layer, std::size_t in_channels, std::size_t out_channels,
                              std::size_t groups) {
  require(in_channels > 0 && out_channels > 0, layer,
          "got {} input and {} output channels; expected at least one of each", in_channels, out_channels);
  require(groups > 0 && in_channels % groups == 0 && out_channels % groups == 0, layer,
          "got {} input and {} output channels in {} groups; expected a number of groups that divides both",
          in_channels, out_channels, groups);
  return in_channels / groups;
}

/// The weight's shape, checked: every window has a tap, and it is moved on.
const Shape& checked(std::string_view layer, const Shape& weight, const ConvOptions& options) {
  require(element_count(weight) > 0, layer, "got a weight of shape {}; expected at least one tap along each axis",
          weight);
  for (const auto& [name, size] : {std::pair("stride", options.stride), std::pair("dilation", options.dilation)}) {
    require(size.height > 0 && size.width > 0, layer, "got a {} of ({}, {}); expected at least 1", name, size.height,
            size.width);
  }
  return weight;
}

}  // namespace

ConvOptions ConvOptions::keras() {
  return {.weight_initialiser = init::glorot_uniform(), .bias_initialiser = init::zeros()};
}

template <class T>
Convolution<T>::Convolution(std::string_view layer, const Shape& weight, Generator& generator,
                            const ConvOptions& options)
    : options_(options),
      weight_(parameter(
          draw<T>(options.weight_initialiser, checked(layer, weight, options), fans_of(weight), generator), "W")) {
  if (!options.bias) return;
  bias_ = parameter(draw<T>(options.bias_initialiser, {weight[0]}, fans_of(weight), generator), "b");
}

template <class T>
ConvolutionOptions<T> Convolution<T>::operation_options() const {
  return {options_.stride, options_.padding, options_.dilation, options_.groups, bias_, options_.activation};
}

template <class T>
Parts<T> Convolution<T>::parts() {
  Parts<T> parts{.parameters = {{"weight", weight_}}};
  if (bias_) parts.parameters.push_back({"bias", *bias_});
  if (options_.activation == Activation::relu) parts.settings.push_back({"activation", "relu"});
  Attributes windows;
  tell(windows, {.size = 1, .stride = options_.stride, .padding = options_.padding, .dilation = options_.dilation});
  for (const NamedAttribute& told : windows) parts.settings.push_back({told.name, wengert::to_string(told.value)});
  return parts;
}

template <class T>
Conv2d<T>::Conv2d(std::size_t in_channels, std::size_t out_channels, Size2d kernel_size, Generator& generator,
                  const ConvOptions& options)
    : Convolution<T>("Conv2d",
                     {out_channels, channels_of_group("Conv2d", in_channels, out_channels, options.groups),
                      kernel_size.height, kernel_size.width},
                     generator, options) {}

template <class T>
Var<T> Conv2d<T>::forward(const Var<T>& x) {
  conv2d_extents("Conv2d", described(x), described(this->weight()), this->operation_options());
  return conv2d(x, this->weight(), this->operation_options());
}

template <class T>
Shape Conv2d<T>::output_shape(const Shape& input) const {
  const auto c = conv2d_extents("Conv2d", {"input", &input}, described(this->weight()), this->operation_options());
  return {c.samples, c.out_channels, c.rows.output, c.columns.output};
}

template <class T>
std::unique_ptr<Module<T>> Conv2d<T>::another() const {
  Generator any(0);
  const Shape& w = this->weight().shape();
  return std::make_unique<Conv2d>(w[1] * this->options().groups, w[0], Size2d(w[2], w[3]), any, this->options());
}

template <class T>
Conv1d<T>::Conv1d(std::size_t in_channels, std::size_t out_channels, std::size_t kernel_size, Generator& generator,
                  const ConvOptions& options)
    : Convolution<T>(
          "Conv1d", {out_channels, channels_of_group("Conv1d", in_channels, out_channels, options.groups), kernel_size},
          generator, options) {}

template <class T>
Var<T> Conv1d<T>::forward(const Var<T>& x) {
  conv1d_extents("Conv1d", described(x), described(this->weight()), this->operation_options());
  return conv1d(x, this->weight(), this->operation_options());
}

template <class T>
Shape Conv1d<T>::output_shape(const Shape& input) const {
  const auto c = conv1d_extents("Conv1d", {"input", &input}, described(this->weight()), this->operation_options());
  return {c.samples, c.out_channels, c.columns.output};
}

template <class T>
std::unique_ptr<Module<T>> Conv1d<T>::another() const {
  Generator any(0);
  const Shape& w = this->weight().shape();
  return std::make_unique<Conv1d>(w[1] * this->options().groups, w[0], w[2], any, this->options());
}

template class Convolution<float>;
template class Convolution<double>;
template class Conv2d<float>;
template class Conv2d<double>;
template class Conv1d<float>;
template class Conv1d<double>;

}  // namespace wengert::nn
