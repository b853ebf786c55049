#include <optim/sgd.hpp>

namespace wengert::optim {

void SGD::check() const {
  require_not_negative("SGD", "learning_rate", learning_rate);
  require_decay_rate("SGD", "momentum", momentum);
  require_not_negative("SGD", "weight_decay", weight_decay);
}

template class Optimizer<SGD, float>;
template class Optimizer<SGD, double>;

}  // namespace wengert::optim
