#include <autograd/tape/var.hpp>

namespace wengert {
namespace {

template <class T>
void require_same_shape(std::string_view operation, const Var<T>& x, const Array<T>& array) {
  require(array.shape() == x.shape(), operation, "{} cannot take an array of shape {}; expected the same shape",
          described(x), Shape(array.shape()));
}

}  // namespace

template <class T>
Var<T> Var<T>::parameter(Array<T> value, std::string name) {
  Var result(std::move(value));
  result.state_->is_parameter = true;
  return result.named(std::move(name));
}

template <class T>
T Var<T>::item() const {
  require(size() == 1, "item", "{} does not have one element; expected a scalar", described(*this));
  return *value().data();
}

template <class T>
const Array<T>& Var<T>::grad() const {
  require(has_grad(), "grad",
          "{} has no gradient: it is set by backward(loss) for parameters that the loss depends on; for other "
          "variables use tape.gradient(loss, {{x}})",
          described(*this));
  return *state_->grad;
}

template <class T>
void Var<T>::add_grad(Array<T> contribution) const {
  require_same_shape("add_grad", *this, contribution);
  if (!has_grad()) {
    state_->grad = std::make_unique<Array<T>>(std::move(contribution));
    return;
  }
  Array<T>& sum = *state_->grad;
  std::transform(sum.data(), sum.data() + sum.size(), contribution.data(), sum.data(), std::plus<>());
}

template <class T>
void Var<T>::set_grad(Array<T> gradient) const {
  require_same_shape("set_grad", *this, gradient);
  state_->grad = std::make_unique<Array<T>>(std::move(gradient));
}

template <class T>
Var<T> Var<T>::named(std::string name) const {
  state_->name = name.empty() ? nullptr : std::make_unique<const std::string>(std::move(name));
  return *this;
}

template <class T>
const std::string& Var<T>::name() const {
  static const std::string none;
  return state_->name ? *state_->name : none;
}

template <class T>
void Var<T>::set_value(Array<T> value) const {
  require_same_shape("set_value", *this, value);
  state_->value = std::move(value);
  ++state_->version;
}

template <class T>
Array<T>& Var<T>::mutable_value() const {
  ++state_->version;
  return state_->value;
}

template class Var<float>;
template class Var<double>;

}  // namespace wengert
