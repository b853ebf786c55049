#include <autograd/base/error.hpp>
#include <optim/rules/sgd.hpp>

namespace wengert::optim {

SGD SGD::keras() { return {.form = Form::keras}; }

void SGD::check() const {
  require_not_negative(name, "learning_rate", learning_rate);
  check_ranges(name, hyper_parameters());
  require(!nesterov || momentum > 0.0, "SGD", "nesterov needs a momentum, but momentum is {}; 0.9 is usual", momentum);
}

template class Optimizer<SGD, float>;
template class Optimizer<SGD, double>;

}  // namespace wengert::optim
