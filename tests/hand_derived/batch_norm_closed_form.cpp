#include <cmath>

#include "batch_norm.hpp"

namespace wengert::hand_derived {

namespace {

/// sum g and sum(g x_hat) of every channel.
struct GradientSums {
  Sums g;
  Sums g_x_hat;
};

GradientSums sum_gradients(const BatchNormForward& forward, std::span<const double> g) {
  GradientSums sum{Sums(forward.channels.count, 0.0L), Sums(forward.channels.count, 0.0L)};
  for (std::size_t i = 0; i < g.size(); ++i) {
    const std::size_t c = forward.channels.of[i];
    sum.g[c] += g[i];
    sum.g_x_hat[c] += static_cast<long double>(g[i]) * forward.x_hat[i];
  }
  return sum;
}

/// d_x = gamma / (m s) (m g - sum g - x_hat weight sum(g x_hat)) with one weight per channel.
ClosedFormBackward closed_form(const BatchNormForward& forward, std::span<const double> g, const Sums& weight) {
  const GradientSums sum = sum_gradients(forward, g);
  const auto m = static_cast<long double>(forward.channels.values_per_channel);
  ClosedFormBackward back;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const std::size_t c = forward.channels.of[i];
    const long double factor = forward.gamma[c] / (m * forward.deviation[c]);
    const long double bracket = m * g[i] - sum.g[c] - forward.x_hat[i] * weight[c] * sum.g_x_hat[c];
    back.d_x.push_back(static_cast<double>(factor * bracket));
  }
  back.d_gamma.assign(sum.g_x_hat.begin(), sum.g_x_hat.end());
  back.d_beta.assign(sum.g.begin(), sum.g.end());
  return back;
}

}  // namespace

ClosedFormBackward closed_form_backward(const BatchNormForward& forward, const Array<double>& d_y) {
  return closed_form(forward, elements(d_y), Sums(forward.channels.count, 1.0L));
}

ClosedFormBackward epsilon_outside_backward(const BatchNormForward& forward, const Array<double>& d_y) {
  Sums deviation_over_root;  // s / r
  for (std::size_t c = 0; c < forward.channels.count; ++c) {
    deviation_over_root.push_back(forward.deviation[c] / std::sqrt(static_cast<long double>(forward.variance[c])));
  }
  return closed_form(forward, elements(d_y), deviation_over_root);
}

}  // namespace wengert::hand_derived
