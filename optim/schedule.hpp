#pragma once

#include <cstddef>
#include <functional>

namespace wengert::optim {

/// A schedule gives the learning rate of an epoch, counted from 0; or of a step, if that is what it is asked for.
///   optimizer.set_learning_rate(schedule(epoch));
using Schedule = std::function<double(std::size_t)>;

/// A factor every so many epochs, of which n have passed:
///   rate · factor^floor(n / period)
/// PyTorch's StepLR, and Keras's ExponentialDecay with `staircase`.
struct StepSchedule {
  double rate;
  std::size_t period = 10;
  double factor = 0.1;

  /// Throws an Error if a number is negative or not finite, or the rate or the period is zero.
  double operator()(std::size_t n) const;
};

/// Half a cosine from one rate to another (Loshchilov and Hutter 2017, equation 5), where it stays:
///   final_rate + (rate - final_rate) · (1 + cos(π · min(n / period, 1))) / 2
/// Keras's CosineDecay, whose alpha is final_rate / rate. PyTorch's CosineAnnealingLR is the same up to the period;
/// from there it rises again.
struct CosineSchedule {
  double rate;
  std::size_t period = 10;
  double final_rate = 0.0;

  /// Throws an Error if a number is negative or not finite, or the rate or the period is zero.
  double operator()(std::size_t n) const;
};

/// A line up to the first rate of another schedule, which then follows from its start:
///   n < period:  then(0) · (start + (1 - start) · n / period)
///   else         then(n - period)
/// PyTorch's LinearLR before the other in a SequentialLR, `start` being its start_factor; Keras's CosineDecay with
/// warmup_steps, `start` being initial_learning_rate / warmup_target.
struct WarmUp {
  std::size_t period = 5;
  double start = 1.0 / 3.0;
  Schedule then;

  /// Throws an Error if the period is zero, start is not between 0 and 1, or there is no other schedule.
  double operator()(std::size_t n) const;
};

}  // namespace wengert::optim
