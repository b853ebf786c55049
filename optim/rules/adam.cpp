#include <optim/rules/adam.hpp>

namespace wengert::optim {

Adam Adam::keras() { return {.epsilon = 1e-7, .form = Form::keras}; }

void Adam::check() const {
  require_not_negative(name, "learning_rate", learning_rate);
  check_ranges(name, hyper_parameters());
}

template class Optimizer<Adam, float>;
template class Optimizer<Adam, double>;

}  // namespace wengert::optim
