#include <cmath>

#include "batch_norm.hpp"

namespace wengert::hand_derived {

namespace {

/// Steps 1 and 4: the mean of the values of every channel.
Values mean_per_channel(std::span<const double> values, const Channels& channels) {
  Sums sum(channels.count, 0.0L);
  for (std::size_t i = 0; i < values.size(); ++i) sum[channels.of[i]] += values[i];
  Values mean(channels.count);
  for (std::size_t c = 0; c < channels.count; ++c) {
    mean[c] = static_cast<double>(sum[c] / static_cast<long double>(channels.values_per_channel));
  }
  return mean;
}

/// Steps 2 and 3.
void centre(BatchNormForward& forward, std::span<const double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double x_minus_mean = x[i] - forward.mean[forward.channels.of[i]];  // 2
    forward.x_minus_mean.push_back(x_minus_mean);
    forward.squared.push_back(x_minus_mean * x_minus_mean);  // 3
  }
}

/// Steps 7, 8 and 9.
void normalise(BatchNormForward& forward, std::span<const double> beta) {
  for (std::size_t i = 0; i < forward.x_minus_mean.size(); ++i) {
    const std::size_t c = forward.channels.of[i];
    const double x_hat = forward.x_minus_mean[i] * forward.inverse_deviation[c];  // 7
    const double gamma_x_hat = forward.gamma[c] * x_hat;                          // 8
    forward.x_hat.push_back(x_hat);
    forward.gamma_x_hat.push_back(gamma_x_hat);
    forward.y.push_back(gamma_x_hat + beta[c]);  // 9
  }
}

}  // namespace

BatchNormForward batch_norm_forward(const Array<double>& x, const Array<double>& gamma, const Array<double>& beta,
                                    const Axes& axes, double epsilon, Epsilon place) {
  BatchNormForward forward;
  forward.channels = make_channels(x.shape(), axes);
  forward.gamma.assign(elements(gamma).begin(), elements(gamma).end());
  forward.mean = mean_per_channel(elements(x), forward.channels);  // 1
  centre(forward, elements(x));
  forward.variance = mean_per_channel(forward.squared, forward.channels);  // 4
  for (double variance : forward.variance) {
    const bool inside = place == Epsilon::inside_root;
    forward.deviation.push_back(inside ? std::sqrt(variance + epsilon) : std::sqrt(variance) + epsilon);  // 5
    forward.inverse_deviation.push_back(1.0 / forward.deviation.back());                                  // 6
  }
  normalise(forward, elements(beta));
  return forward;
}

}  // namespace wengert::hand_derived
