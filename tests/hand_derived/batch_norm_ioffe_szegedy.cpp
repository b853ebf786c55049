#include "batch_norm.hpp"

// The six equations in the paper's order. l is the loss, x^_i is x_hat, s is sqrt(variance + epsilon):
//   [1] dl/dx^_i      = dl/dy_i gamma
//   [2] dl/dvariance  = sum_i dl/dx^_i (x_i - mean) (-1/2) (variance + epsilon)^(-3/2)
//   [3] dl/dmean      = sum_i dl/dx^_i (-1/s)  +  dl/dvariance sum_i -2 (x_i - mean) / m
//   [4] dl/dx_i       = dl/dx^_i 1/s  +  dl/dvariance 2 (x_i - mean) / m  +  dl/dmean 1/m
//   [5] dl/dgamma     = sum_i dl/dy_i x^_i
//   [6] dl/dbeta      = sum_i dl/dy_i
// The numbers in brackets are ours; the paper has none.

namespace wengert::hand_derived {

namespace {

/// The sums over i that equations [2], [3], [5] and [6] ask for.
struct ChannelSums {
  Sums d_x_hat_times_x_minus_mean;
  Sums d_x_hat;
  Sums x_minus_mean;
  Sums d_y_times_x_hat;
  Sums d_y;
};

ChannelSums sum_over_channels(const BatchNormForward& forward, std::span<const double> d_y, const Values& d_x_hat) {
  const Sums zero(forward.channels.count, 0.0L);
  ChannelSums sum{zero, zero, zero, zero, zero};
  for (std::size_t i = 0; i < d_y.size(); ++i) {
    const std::size_t c = forward.channels.of[i];
    const long double x_minus_mean = forward.x_minus_mean[i];
    const long double x_hat = forward.x_hat[i];
    sum.d_x_hat_times_x_minus_mean[c] += d_x_hat[i] * x_minus_mean;
    sum.d_x_hat[c] += d_x_hat[i];
    sum.x_minus_mean[c] += x_minus_mean;
    sum.d_y_times_x_hat[c] += d_y[i] * x_hat;
    sum.d_y[c] += d_y[i];
  }
  return sum;
}

/// Equations [2], [3], [5] and [6].
void channel_equations(IoffeSzegedyBackward& back, const BatchNormForward& forward, const ChannelSums& sum) {
  const auto m = static_cast<long double>(forward.channels.values_per_channel);
  for (std::size_t c = 0; c < forward.channels.count; ++c) {
    const long double s = forward.deviation[c];
    const long double d_variance = sum.d_x_hat_times_x_minus_mean[c] * -0.5L / (s * s * s);         // [2]
    const long double d_mean = -sum.d_x_hat[c] / s + d_variance * -2.0L * sum.x_minus_mean[c] / m;  // [3]
    back.d_variance.push_back(static_cast<double>(d_variance));
    back.d_mean.push_back(static_cast<double>(d_mean));
    back.d_gamma.push_back(static_cast<double>(sum.d_y_times_x_hat[c]));  // [5]
    back.d_beta.push_back(static_cast<double>(sum.d_y[c]));               // [6]
  }
}

/// Equation [4], each summand on its own and then their sum.
void input_equation(IoffeSzegedyBackward& back, const BatchNormForward& forward) {
  const auto m = static_cast<double>(forward.channels.values_per_channel);
  for (std::size_t i = 0; i < forward.x_hat.size(); ++i) {
    const std::size_t c = forward.channels.of[i];
    const double through_x_hat = back.d_x_hat[i] / forward.deviation[c];
    const double through_variance = back.d_variance[c] * 2.0 * forward.x_minus_mean[i] / m;
    const double through_mean = back.d_mean[c] / m;
    back.d_x_through_x_hat.push_back(through_x_hat);
    back.d_x_through_variance.push_back(through_variance);
    back.d_x_through_mean.push_back(through_mean);
    back.d_x.push_back(through_x_hat + through_variance + through_mean);
  }
}

}  // namespace

IoffeSzegedyBackward ioffe_szegedy_backward(const BatchNormForward& forward, const Array<double>& d_y_array) {
  const std::span<const double> d_y = elements(d_y_array);
  IoffeSzegedyBackward back;
  for (std::size_t i = 0; i < d_y.size(); ++i) {
    back.d_x_hat.push_back(d_y[i] * forward.gamma[forward.channels.of[i]]);  // [1]
  }
  channel_equations(back, forward, sum_over_channels(forward, d_y, back.d_x_hat));
  input_equation(back, forward);
  return back;
}

}  // namespace wengert::hand_derived
