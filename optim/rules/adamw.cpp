#include <optim/rules/adamw.hpp>

namespace wengert::optim {

AdamW AdamW::keras() { return {.epsilon = 1e-7, .weight_decay = 4e-3, .form = Form::keras}; }

void AdamW::check() const {
  require_not_negative("AdamW", "learning_rate", learning_rate);
  require_decay_rate("AdamW", "beta1", beta1);
  require_decay_rate("AdamW", "beta2", beta2);
  require_not_negative("AdamW", "epsilon", epsilon);
  require_not_negative("AdamW", "weight_decay", weight_decay);
}

template class Optimizer<AdamW, float>;
template class Optimizer<AdamW, double>;

}  // namespace wengert::optim
