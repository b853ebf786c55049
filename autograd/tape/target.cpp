#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/tape.hpp>

namespace wengert {

template <class T>
void Target<T>::add(Var<T> contribution) {
  const Shape& shape = operand_->shape();
  require(broadcasts_to(shape, contribution.shape()), operation_,
          "its pullback returned shape {} for {}; expected that shape, or one it broadcasts to", contribution.shape(),
          described(*operand_));
  contribution = summed_to(contribution, shape);
  if (is_first()) {
    start(std::move(contribution));
  } else if (NoRecord::active()) {
    make_writable();
    Array<T>& total = adjoint_->value().state_->value;
    std::transform(total.data(), total.data() + total.size(), contribution.value().data(), total.data(), std::plus<>());
  } else {
    start(accumulated(**adjoint_, contribution));
  }
}

template <class T>
Destination<T> Target<T>::destination() {
  const bool add = !is_first();
  if (add) make_writable();
  else start(Var<T>(empty<T>(operand_->shape())));
  return {.data = adjoint_->value().state_->value.data(), .add = add};
}

template <class T>
Array<T>& Target<T>::sum() {
  if (is_first()) start(Var<T>(zeros<T>(operand_->shape())));
  else make_writable();
  return adjoint_->value().state_->value;
}

template <class T>
bool Target<T>::is_own() const {
  return adjoint_->value().state_.use_count() == 1;
}

/// Gives the adjoint full shape, and an array that nobody else reads.
template <class T>
void Target<T>::make_writable() {
  Var<T>& adjoint = adjoint_->value();
  if (adjoint.shape() != operand_->shape()) adjoint = expanded(adjoint, operand_->shape());
  else if (!is_own()) adjoint = Var<T>(adjoint.value());
}

template class Target<float>;
template class Target<double>;

}  // namespace wengert
