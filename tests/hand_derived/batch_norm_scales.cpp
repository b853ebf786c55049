#include <algorithm>
#include <cmath>

#include "batch_norm.hpp"

namespace wengert::hand_derived {

namespace {

/// max_i |summand of d_x_i| of every channel, for each of the three summands of equation [4].
Values largest_summand(const IoffeSzegedyBackward& back, const Channels& channels) {
  Values largest(channels.count, 0.0);
  for (std::size_t i = 0; i < back.d_x.size(); ++i) {
    double& of_channel = largest[channels.of[i]];
    of_channel = std::max({of_channel, std::abs(back.d_x_through_x_hat[i]), std::abs(back.d_x_through_variance[i]),
                           std::abs(back.d_x_through_mean[i])});
  }
  return largest;
}

}  // namespace

BatchNormScales batch_norm_scales(const BatchNormForward& forward, const Array<double>& d_y) {
  const std::span<const double> g = elements(d_y);
  const Channels& channels = forward.channels;
  const Values zero(channels.count, 0.0);
  BatchNormScales scales{{}, zero, zero, zero, zero};
  const Values largest = largest_summand(ioffe_szegedy_backward(forward, d_y), channels);
  for (std::size_t i = 0; i < g.size(); ++i) {
    const std::size_t c = channels.of[i];
    const double through_x_hat = std::abs(forward.gamma[c] * g[i]) / forward.deviation[c];
    scales.d_x.push_back(largest[c]);
    scales.d_gamma[c] += std::abs(g[i] * forward.x_hat[i]);
    scales.d_beta[c] += std::abs(g[i]);
    scales.d_variance[c] += through_x_hat * std::abs(forward.x_hat[i]) / (2.0 * forward.deviation[c]);
    scales.d_mean[c] += through_x_hat;
  }
  return scales;
}

}  // namespace wengert::hand_derived
