#pragma once

#include <nn/training/callback.hpp>
#include <optim/schedule.hpp>

namespace wengert::nn {

/// Sets the learning rate before every epoch: `schedule(epoch, rate)` is given the epoch, from 0 as in Keras, and the
/// present rate. The schedules of optim do without the latter.
///   nn::LearningRateScheduler scheduler(optim::CosineSchedule{.rate = 1e-3, .period = 20});
template <class T = float>
class LearningRateScheduler final : public Callback<T> {
 public:
  using Schedule = std::function<double(std::size_t epoch, double rate)>;

  /// Throws an Error if the schedule is empty.
  explicit LearningRateScheduler(Schedule schedule, bool verbose = false);
  explicit LearningRateScheduler(optim::Schedule schedule, bool verbose = false);

  /// Throws an Error if the schedule gives a rate that is negative or not finite.
  void on_epoch_begin(Training<T>& training) override;

 private:
  Schedule schedule_;
  bool verbose_;
};

}  // namespace wengert::nn
