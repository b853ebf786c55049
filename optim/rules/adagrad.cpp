#include <optim/rules/adagrad.hpp>

namespace wengert::optim {

Adagrad Adagrad::keras() {
  return {.learning_rate = 1e-3, .initial_accumulator = 0.1, .epsilon = 1e-7, .form = Form::keras};
}

void Adagrad::check() const {
  require_not_negative("Adagrad", "learning_rate", learning_rate);
  require_not_negative("Adagrad", "initial_accumulator", initial_accumulator);
  require_not_negative("Adagrad", "epsilon", epsilon);
  require_not_negative("Adagrad", "weight_decay", weight_decay);
}

template class Optimizer<Adagrad, float>;
template class Optimizer<Adagrad, double>;

}  // namespace wengert::optim
