#include <autograd/kernel/sweep.hpp>
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
  const std::size_t missing = contribution.rank() - shape.size();
  if (repeated.size() == missing) return sum(contribution, repeated);  // those are the first ones
  const Var<T> total = sum(contribution, repeated, keep_dims);
  return total.shape() == shape ? total : reshape(total, shape);
}

template <class T>
Var<T> expanded(const Var<T>& adjoint, const Shape& shape) {
  if (adjoint.shape() == shape) return adjoint;
  using L = Lane<T>;
  Array<T> full = empty<T>(shape);
  const std::array<kernel::Input<T>, 1> from{{{adjoint.value().data(), &adjoint.shape()}}};
  const std::array<kernel::Output<T>, 1> to{{{.data = full.data(), .shape = &shape, .add = false, .divisor = 1.0}}};
  kernel::Sweep<L, kernel::PlainSum<L>, 1, 1> sweep(shape, from, to);
  sweep.template operator()<kernel::Form<1u, 1u>>([](const std::array<L, 1>& x) { return x; });
  return Var<T>(std::move(full));
}

template Var<float> accumulated(const Var<float>&, const Var<float>&);
template Var<float> summed_to(const Var<float>&, const Shape&);
template Var<float> expanded(const Var<float>&, const Shape&);
template Var<double> accumulated(const Var<double>&, const Var<double>&);
template Var<double> summed_to(const Var<double>&, const Shape&);
template Var<double> expanded(const Var<double>&, const Shape&);

}  // namespace wengert
