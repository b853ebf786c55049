#include <nn/layers/pooling.hpp>

namespace wengert::nn {
namespace {

PoolOptions sliding(const AvgPoolOptions& options) { return {options.stride, options.padding, options.ceil_mode}; }

void check(std::string_view layer, Size2d size, const PoolOptions& options) {
  const Size2d stride = options.stride.of(size);
  require(size.height > 0 && size.width > 0, layer,
          "got a window of ({}, {}); expected at least one place along each axis", size.height, size.width);
  require(stride.height > 0 && stride.width > 0, layer, "got a stride of ({}, {}); expected at least 1", stride.height,
          stride.width);
  require(options.padding.height < size.height && options.padding.width < size.width, layer,
          "got a padding of ({}, {}) for a window of ({}, {}), which would lie in the padding alone; expected less",
          options.padding.height, options.padding.width, size.height, size.width);
}

Shape pooled_shape(std::string_view layer, const NamedShape& x, Size2d size, const PoolOptions& options) {
  const kernel::Pooling pooling = pooling_of(layer, x, size, options);
  return {(*x.shape)[0], (*x.shape)[1], pooling.rows.output, pooling.columns.output};
}

}  // namespace

template <class T>
MaxPool2d<T>::MaxPool2d(Size2d kernel_size, const PoolOptions& options) : kernel_size_(kernel_size), options_(options) {
  check("MaxPool2d", kernel_size, options);
}

template <class T>
Var<T> MaxPool2d<T>::forward(const Var<T>& x) {
  pooling_of("MaxPool2d", described(x), kernel_size_, options_);
  return max_pool2d(x, kernel_size_, options_);
}

template <class T>
Shape MaxPool2d<T>::output_shape(const Shape& input) const {
  return pooled_shape("MaxPool2d", {"input", &input}, kernel_size_, options_);
}

template <class T>
AvgPool2d<T>::AvgPool2d(Size2d kernel_size, const AvgPoolOptions& options)
    : kernel_size_(kernel_size), options_(options) {
  check("AvgPool2d", kernel_size, sliding(options));
}

template <class T>
Var<T> AvgPool2d<T>::forward(const Var<T>& x) {
  pooling_of("AvgPool2d", described(x), kernel_size_, sliding(options_));
  return avg_pool2d(x, kernel_size_, options_);
}

template <class T>
Shape AvgPool2d<T>::output_shape(const Shape& input) const {
  return pooled_shape("AvgPool2d", {"input", &input}, kernel_size_, sliding(options_));
}

template <class T>
AdaptiveAvgPool2d<T>::AdaptiveAvgPool2d(Size2d output_size) {
  require(output_size == Size2d(1), "AdaptiveAvgPool2d",
          "got an output of ({}, {}); expected 1, the mean of every plane; use AvgPool2d for larger ones",
          output_size.height, output_size.width);
}

template <class T>
Var<T> AdaptiveAvgPool2d<T>::forward(const Var<T>& x) {
  output_shape(x.shape());
  return global_avg_pool2d(x);
}

template <class T>
Shape AdaptiveAvgPool2d<T>::output_shape(const Shape& input) const {
  require(input.size() == 4 && input[2] * input[3] > 0, "AdaptiveAvgPool2d",
          "got an input of shape {}; expected (N, C, H, W) with planes that have elements", input);
  return {input[0], input[1], 1, 1};
}

template class MaxPool2d<float>;
template class MaxPool2d<double>;
template class AvgPool2d<float>;
template class AvgPool2d<double>;
template class AdaptiveAvgPool2d<float>;
template class AdaptiveAvgPool2d<double>;

}  // namespace wengert::nn
