#include <optim/rules/rmsprop.hpp>

namespace wengert::optim {

RMSprop RMSprop::keras() { return {.learning_rate = 1e-3, .alpha = 0.9, .epsilon = 1e-7, .form = Form::keras}; }

void RMSprop::check() const {
  require_not_negative(name, "learning_rate", learning_rate);
  check_ranges(name, hyper_parameters());
}

template class Optimizer<RMSprop, float>;
template class Optimizer<RMSprop, double>;

}  // namespace wengert::optim
