#include <autograd/numbers/functions.hpp>
#include <nn/relu.hpp>

namespace wengert::nn {

template <class T>
Var<T> ReLU<T>::forward(const Var<T>& x) {
  return relu(x);
}

template class ReLU<float>;
template class ReLU<double>;

}  // namespace wengert::nn
