#include <optim/rules/adam.hpp>

namespace wengert::optim {

Adam Adam::keras() { return {.epsilon = 1e-7, .form = Form::keras}; }

void Adam::check() const {
  require_not_negative("Adam", "learning_rate", learning_rate);
  require_decay_rate("Adam", "beta1", beta1);
  require_decay_rate("Adam", "beta2", beta2);
  require_not_negative("Adam", "epsilon", epsilon);
  require_not_negative("Adam", "weight_decay", weight_decay);
}

template class Optimizer<Adam, float>;
template class Optimizer<Adam, double>;

}  // namespace wengert::optim
