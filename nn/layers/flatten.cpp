#include <autograd/operations/movement.hpp>
#include <nn/layers/flatten.hpp>

namespace wengert::nn {

template <class T>
Var<T> Flatten<T>::forward(const Var<T>& x) {
  return reshape(x, output_shape(x.shape()));
}

template <class T>
Shape Flatten<T>::output_shape(const Shape& input) const {
  require(!input.empty(), "Flatten", "got a scalar; expected (N, ...), samples along the first axis");
  const Shape sample(input.begin() + 1, input.end());
  return {input[0], element_count(sample)};
}

template class Flatten<float>;
template class Flatten<double>;

}  // namespace wengert::nn
