#include <optim/rules/adamw.hpp>

namespace wengert::optim {

AdamW AdamW::keras() { return {.epsilon = 1e-7, .weight_decay = 4e-3, .form = Form::keras}; }

void AdamW::check() const {
  require_not_negative(name, "learning_rate", learning_rate);
  check_ranges(name, hyper_parameters());
}

template class Optimizer<AdamW, float>;
template class Optimizer<AdamW, double>;

}  // namespace wengert::optim
