#include <nn/training/callbacks/early_stopping.hpp>

#include <array>
#include <cmath>
#include <ostream>

namespace wengert::nn {

template <class T>
EarlyStopping<T>::EarlyStopping(EarlyStoppingOptions options)
    : options_(std::move(options)), monitor_("EarlyStopping", options_.monitor, options_.mode, options_.min_delta) {
  const double baseline = options_.baseline.value_or(0.0);
  require(std::isfinite(baseline), "EarlyStopping", "the baseline is {}; expected a finite number", baseline);
}

template <class T>
void EarlyStopping<T>::on_train_begin(Training<T>& training) {
  monitor_.check(training.history);
  best_ = monitor_.worst();
  wait_ = best_epoch_ = stopped_epoch_ = 0;
  best_weights_.reset();
  std::array<double, 3> numbers{};
  if (!monitor_.recall(training.progress, training.watched, numbers)) return;
  best_ = numbers[0];
  wait_ = static_cast<std::size_t>(numbers[1]);
  best_epoch_ = static_cast<std::size_t>(numbers[2]);
}

template <class T>
void EarlyStopping<T>::keep(Training<T>& training) {
  best_epoch_ = training.epoch;
  if (options_.restore_best_weights) best_weights_ = state_dict(training.model);
}

template <class T>
void EarlyStopping<T>::on_epoch_end(Training<T>& training) {
  if (training.epoch <= options_.start_from_epoch) return;
  look(training);
  monitor_.remember(training.progress, std::array{best_, static_cast<double>(wait_), static_cast<double>(best_epoch_)});
}

template <class T>
void EarlyStopping<T>::look(Training<T>& training) {
  const double value = monitor_.last(training.history);
  ++wait_;
  if (monitor_.improves(value, best_)) {
    best_ = value;
    keep(training);
    if (!options_.baseline || monitor_.improves(value, *options_.baseline)) wait_ = 0;
    return;
  }
  if (best_epoch_ == 0) keep(training);  // a first number that is not finite improves on nothing
  if (wait_ >= options_.patience && training.epoch > 1) {
    stopped_epoch_ = training.epoch;
    training.stop = true;
  }
}

template <class T>
void EarlyStopping<T>::on_train_end(Training<T>& training) {
  if (stopped_epoch_ > 0 && options_.verbose) {
    training.messages << fmt::format("Epoch {}: early stopping\n", stopped_epoch_);
  }
  if (options_.restore_best_weights && !best_weights_ && best_epoch_ > 0) {
    training.messages << fmt::format(
        "The best epoch, {}, was before this training was resumed: its weights cannot be restored from here.\n",
        best_epoch_);
  }
  if (!best_weights_) return;
  if (options_.verbose || training.interrupted) {  // of which was said that the network has every step
    training.messages << fmt::format("Restoring model weights from the end of the best epoch: {}.\n", best_epoch_);
  }
  load_state_dict(training.model, *best_weights_);
}

template class EarlyStopping<float>;
template class EarlyStopping<double>;

}  // namespace wengert::nn
