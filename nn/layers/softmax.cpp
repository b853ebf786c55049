#include <autograd/operations/reductions.hpp>
#include <nn/layers/softmax.hpp>

namespace wengert::nn {

template <class T>
Var<T> Softmax<T>::forward(const Var<T>& x) {
  output_shape(x.shape());
  return softmax(x, {axis_});
}

template <class T>
Shape Softmax<T>::output_shape(const Shape& input) const {
  normalise_axes("Softmax", {axis_}, input.size());
  return input;
}

template <class T>
Var<T> LogSoftmax<T>::forward(const Var<T>& x) {
  output_shape(x.shape());
  return log_softmax(x, {axis_});
}

template <class T>
Shape LogSoftmax<T>::output_shape(const Shape& input) const {
  normalise_axes("LogSoftmax", {axis_}, input.size());
  return input;
}

template class Softmax<float>;
template class Softmax<double>;
template class LogSoftmax<float>;
template class LogSoftmax<double>;

}  // namespace wengert::nn
