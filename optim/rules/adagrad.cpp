#include <optim/rules/adagrad.hpp>

namespace wengert::optim {

Adagrad Adagrad::keras() {
  return {.learning_rate = 1e-3, .initial_accumulator = 0.1, .epsilon = 1e-7, .form = Form::keras};
}

void Adagrad::check() const {
  require_not_negative(name, "learning_rate", learning_rate);
  check_ranges(name, hyper_parameters());
}

template class Optimizer<Adagrad, float>;
template class Optimizer<Adagrad, double>;

}  // namespace wengert::optim
