#include "batch_norm.hpp"

// Every step of the forward graph turned round, the last one first. A step that copies one number per channel to all
// of its values turns into a sum over the channel, and a mean turns into a copy divided by m.

namespace wengert::hand_derived {

namespace {

/// sum_i a_i over each channel.
Values sum_per_channel(std::span<const double> a, const Channels& channels) {
  Sums sum(channels.count, 0.0L);
  for (std::size_t i = 0; i < a.size(); ++i) sum[channels.of[i]] += a[i];
  return Values(sum.begin(), sum.end());
}

/// sum_i a_i b_i over each channel.
Values sum_of_products_per_channel(std::span<const double> a, std::span<const double> b, const Channels& channels) {
  Sums sum(channels.count, 0.0L);
  for (std::size_t i = 0; i < a.size(); ++i) sum[channels.of[i]] += static_cast<long double>(a[i]) * b[i];
  return Values(sum.begin(), sum.end());
}

/// Steps 9, 8 and 7: y = gamma x_hat + beta and x_hat = x_minus_mean * inverse_deviation.
void through_the_affine_map(StepByStepBackward& back, const BatchNormForward& forward, std::span<const double> d_y) {
  const Channels& channels = forward.channels;
  back.d_beta = sum_per_channel(d_y, channels);                                             // 9
  back.d_gamma_x_hat.assign(d_y.begin(), d_y.end());                                        // 9
  back.d_gamma = sum_of_products_per_channel(back.d_gamma_x_hat, forward.x_hat, channels);  // 8
  for (std::size_t i = 0; i < d_y.size(); ++i) {
    const std::size_t c = channels.of[i];
    back.d_x_hat.push_back(back.d_gamma_x_hat[i] * forward.gamma[c]);                             // 8
    back.d_x_minus_mean_through_x_hat.push_back(back.d_x_hat[i] * forward.inverse_deviation[c]);  // 7
  }
  back.d_inverse_deviation = sum_of_products_per_channel(back.d_x_hat, forward.x_minus_mean, channels);  // 7
}

/// Steps 6 and 5: inverse_deviation = 1 / deviation and deviation = sqrt(variance + epsilon).
void through_the_deviation(StepByStepBackward& back, const BatchNormForward& forward) {
  for (std::size_t c = 0; c < forward.channels.count; ++c) {
    const double deviation = forward.deviation[c];
    back.d_deviation.push_back(-back.d_inverse_deviation[c] / (deviation * deviation));  // 6
    back.d_variance.push_back(back.d_deviation[c] * 0.5 / deviation);                    // 5
  }
}

/// Steps 4, 3 and the left branch of 2: variance = mean of x_minus_mean^2.
void through_the_variance(StepByStepBackward& back, const BatchNormForward& forward) {
  const auto m = static_cast<double>(forward.channels.values_per_channel);
  for (std::size_t i = 0; i < forward.x_minus_mean.size(); ++i) {
    back.d_squared.push_back(back.d_variance[forward.channels.of[i]] / m);                                         // 4
    back.d_x_minus_mean_through_squared.push_back(back.d_squared[i] * 2.0 * forward.x_minus_mean[i]);              // 3
    back.d_x_minus_mean.push_back(back.d_x_minus_mean_through_x_hat[i] + back.d_x_minus_mean_through_squared[i]);  // 2
  }
}

/// Steps 2, 1 and 0: x_minus_mean = x - mean and mean = mean of x.
void through_the_mean(StepByStepBackward& back, const BatchNormForward& forward) {
  const auto m = static_cast<double>(forward.channels.values_per_channel);
  for (double sum : sum_per_channel(back.d_x_minus_mean, forward.channels)) back.d_mean.push_back(-sum);  // 2
  for (std::size_t i = 0; i < back.d_x_minus_mean.size(); ++i) {
    back.d_x_through_mean.push_back(back.d_mean[forward.channels.of[i]] / m);  // 1
    back.d_x.push_back(back.d_x_minus_mean[i] + back.d_x_through_mean[i]);     // 0
  }
}

}  // namespace

StepByStepBackward step_by_step_backward(const BatchNormForward& forward, const Array<double>& d_y) {
  StepByStepBackward back;
  through_the_affine_map(back, forward, elements(d_y));
  through_the_deviation(back, forward);
  through_the_variance(back, forward);
  through_the_mean(back, forward);
  return back;
}

}  // namespace wengert::hand_derived
