#include <nn/training/callbacks/learning_rate_scheduler.hpp>

#include <ostream>

namespace wengert::nn {

template <class T>
LearningRateScheduler<T>::LearningRateScheduler(Schedule schedule, bool verbose)
    : schedule_(std::move(schedule)), verbose_(verbose) {
  require(schedule_ != nullptr, "LearningRateScheduler", "got no schedule; expected a function of epoch and rate");
}

template <class T>
LearningRateScheduler<T>::LearningRateScheduler(optim::Schedule schedule, bool verbose)
    : LearningRateScheduler(
          Schedule([schedule = std::move(schedule)](std::size_t epoch, double) { return schedule(epoch); }), verbose) {}

template <class T>
void LearningRateScheduler<T>::on_epoch_begin(Training<T>& training) {
  if (training.batch > 0) return;  // resumed inside the epoch, whose rate the optimizer has
  const double rate = schedule_(training.epoch - 1, training.optimizer.learning_rate());
  training.optimizer.set_learning_rate(rate);
  if (verbose_) {
    training.messages << fmt::format("Epoch {}: LearningRateScheduler setting learning rate to {}.\n", training.epoch,
                                     rate);
  }
}

template class LearningRateScheduler<float>;
template class LearningRateScheduler<double>;

}  // namespace wengert::nn
