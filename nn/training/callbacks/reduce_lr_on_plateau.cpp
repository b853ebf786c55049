#include <nn/training/callbacks/reduce_lr_on_plateau.hpp>

#include <array>
#include <ostream>

namespace wengert::nn {
namespace {

optim::PlateauOptions checked(const optim::PlateauOptions& options) {
  options.check("ReduceLROnPlateau");
  return options;
}

}  // namespace

template <class T>
ReduceLROnPlateau<T>::ReduceLROnPlateau(const ReduceLROnPlateauOptions& options)
    : monitor_("ReduceLROnPlateau", options.monitor, options.mode),
      plateau_(checked({.factor = options.factor,
                        .patience = options.patience,
                        .min_delta = options.min_delta,
                        .cooldown = options.cooldown,
                        .min_rate = options.min_rate,
                        .maximise = monitor_.larger_is_better()})),
      verbose_(options.verbose) {}

template <class T>
void ReduceLROnPlateau<T>::on_train_begin(Training<T>& training) {
  monitor_.check(training.history);
  plateau_.reset();
  std::array<double, 3> numbers{};
  if (!monitor_.recall(training.progress, training.watched, numbers)) return;
  plateau_.set_memory({numbers[0], static_cast<std::size_t>(numbers[1]), static_cast<std::size_t>(numbers[2])});
}

template <class T>
void ReduceLROnPlateau<T>::on_epoch_end(Training<T>& training) {
  const auto rate = plateau_.update(monitor_.last(training.history), training.optimizer.learning_rate());
  const auto& [best, waited, cooling] = plateau_.memory();
  monitor_.remember(training.progress, std::array{best, static_cast<double>(waited), static_cast<double>(cooling)});
  if (!rate) return;
  training.optimizer.set_learning_rate(*rate);
  if (!verbose_) return;
  training.messages << fmt::format("Epoch {}: ReduceLROnPlateau reducing learning rate to {}.\n", training.epoch,
                                   *rate);
}

template class ReduceLROnPlateau<float>;
template class ReduceLROnPlateau<double>;

}  // namespace wengert::nn
