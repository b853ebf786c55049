#include <autograd/numbers/functions.hpp>
#include <nn/layers/activations.hpp>

#include <cmath>

namespace wengert::nn {

template <class T>
Var<T> ReLU<T>::forward(const Var<T>& x) {
  return relu(x);
}

template <class T>
LeakyReLU<T>::LeakyReLU(double slope) : slope_(slope) {
  require(std::isfinite(slope), "LeakyReLU", "the slope is {}; expected a finite number, usually below 1", slope);
}

template <class T>
Var<T> LeakyReLU<T>::forward(const Var<T>& x) {
  return leaky_relu(x, slope_);
}

template <class T>
ELU<T>::ELU(double alpha) : alpha_(alpha) {
  require(std::isfinite(alpha), "ELU", "alpha is {}; expected a finite number, usually 1", alpha);
}

template <class T>
Var<T> ELU<T>::forward(const Var<T>& x) {
  return elu(x, alpha_);
}

template <class T>
Var<T> GELU<T>::forward(const Var<T>& x) {
  return gelu(x);
}

template <class T>
Var<T> SiLU<T>::forward(const Var<T>& x) {
  return silu(x);
}

template <class T>
Var<T> Sigmoid<T>::forward(const Var<T>& x) {
  return sigmoid(x);
}

template <class T>
Var<T> Tanh<T>::forward(const Var<T>& x) {
  return tanh(x);
}

template <class T>
Var<T> Softplus<T>::forward(const Var<T>& x) {
  return softplus(x);
}

template class ReLU<float>;
template class ReLU<double>;
template class LeakyReLU<float>;
template class LeakyReLU<double>;
template class ELU<float>;
template class ELU<double>;
template class GELU<float>;
template class GELU<double>;
template class SiLU<float>;
template class SiLU<double>;
template class Sigmoid<float>;
template class Sigmoid<double>;
template class Tanh<float>;
template class Tanh<double>;
template class Softplus<float>;
template class Softplus<double>;

}  // namespace wengert::nn
