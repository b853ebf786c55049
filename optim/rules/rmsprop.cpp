#include <optim/rules/rmsprop.hpp>

namespace wengert::optim {

RMSprop RMSprop::keras() { return {.learning_rate = 1e-3, .alpha = 0.9, .epsilon = 1e-7, .form = Form::keras}; }

void RMSprop::check() const {
  require_not_negative("RMSprop", "learning_rate", learning_rate);
  require_decay_rate("RMSprop", "alpha", alpha);
  require_not_negative("RMSprop", "epsilon", epsilon);
  require_decay_rate("RMSprop", "momentum", momentum);
  require_not_negative("RMSprop", "weight_decay", weight_decay);
}

template class Optimizer<RMSprop, float>;
template class Optimizer<RMSprop, double>;

}  // namespace wengert::optim
