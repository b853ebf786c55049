#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/accumulate.hpp>

namespace wengert {

template <class T>
Var<T> accumulated(const Var<T>& adjoint, const Var<T>& contribution) {
  return adjoint + contribution;
}

template <class T>
Var<T> summed_to(const Var<T>& contribution, const Shape& shape) {
  if (contribution.shape() == shape) return contribution;
  const Axes repeated = repeated_axes(shape, contribution.shape());
  const Var<T> total = sum(contribution, repeated, keep_dims);
  return total.shape() == shape ? total : reshape(total, shape);
}

template Var<float> accumulated(const Var<float>&, const Var<float>&);
template Var<float> summed_to(const Var<float>&, const Shape&);
template Var<double> accumulated(const Var<double>&, const Var<double>&);
template Var<double> summed_to(const Var<double>&, const Shape&);

}  // namespace wengert
