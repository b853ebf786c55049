#include <autograd/operations/shapes.hpp>
#include <nn/flatten.hpp>

namespace wengert::nn {

template <class T>
Var<T> Flatten<T>::forward(const Var<T>& x) {
  require(x.rank() > 0, "Flatten", "got a scalar; expected (N, ...), samples along the first axis");
  const Shape sample(x.shape().begin() + 1, x.shape().end());
  return reshape(x, {x.shape()[0], element_count(sample)});
}

template class Flatten<float>;
template class Flatten<double>;

}  // namespace wengert::nn
