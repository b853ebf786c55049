#include <nn/training/callbacks/reduce_lr_on_plateau.hpp>

#include <algorithm>
#include <ostream>

namespace wengert::nn {

template <class T>
ReduceLROnPlateau<T>::ReduceLROnPlateau(ReduceLROnPlateauOptions options)
    : options_(std::move(options)), monitor_("ReduceLROnPlateau", options_.monitor, options_.mode, options_.min_delta) {
  require(0.0 < options_.factor && options_.factor < 1.0, "ReduceLROnPlateau",
          "factor is {}; expected a number between 0 and 1, both excluded; use for example 0.1", options_.factor);
  require(options_.min_lr >= 0.0, "ReduceLROnPlateau", "min_lr is {}; expected 0 or more", options_.min_lr);
}

template <class T>
void ReduceLROnPlateau<T>::on_train_begin(Training<T>& training) {
  monitor_.check(training.history);
  best_ = monitor_.worst();
  wait_ = cooldown_ = 0;
}

template <class T>
void ReduceLROnPlateau<T>::on_epoch_end(Training<T>& training) {
  if (cooldown_ > 0) {
    --cooldown_;
    wait_ = 0;
  }
  const double value = monitor_.last(training.history);
  if (monitor_.improves(value, best_)) {
    best_ = value;
    wait_ = 0;
  } else if (cooldown_ == 0 && ++wait_ >= options_.patience && training.optimizer.learning_rate() > options_.min_lr) {
    reduce(training);
    cooldown_ = options_.cooldown;
    wait_ = 0;
  }
}

template <class T>
void ReduceLROnPlateau<T>::reduce(Training<T>& training) const {
  const double rate = std::max(training.optimizer.learning_rate() * options_.factor, options_.min_lr);
  training.optimizer.set_learning_rate(rate);
  if (options_.verbose) {
    training.messages << fmt::format("Epoch {}: ReduceLROnPlateau reducing learning rate to {}.\n", training.epoch,
                                     rate);
  }
}

template class ReduceLROnPlateau<float>;
template class ReduceLROnPlateau<double>;

}  // namespace wengert::nn
