#include "exercise.hpp"

namespace exercises::batch_norm_backward {

void solution::backward(const Forward& f, Backward& d) {
  const double m = rows_of(f.x);
  d.gamma_x_hat = f.dy;                                                               // (N, C)
  d.beta = sum_over(f.dy, {0});                                                       // (1, C)
  d.gamma = sum_over(d.gamma_x_hat * f.x_hat, {0});                                   // (1, C)
  d.x_hat = d.gamma_x_hat * f.gamma;                                                  // (N, C)
  d.inverse_deviation = sum_over(d.x_hat * f.x_minus_mean, {0});                      // (1, C)
  d.deviation = -d.inverse_deviation / square(f.deviation);                           // (1, C)
  d.variance_plus_epsilon = 0.5 * d.deviation / f.deviation;                          // (1, C)
  d.variance = d.variance_plus_epsilon;                                               // (1, C)
  d.squared = repeated_to(d.variance / m, f.x.shape());                               // (N, C)
  d.x_minus_mean = d.x_hat * f.inverse_deviation + 2.0 * f.x_minus_mean * d.squared;  // (N, C)
  d.mean = -sum_over(d.x_minus_mean, {0});                                            // (1, C)
  d.x = d.x_minus_mean + d.mean / m;                                                  // (N, C)
}

}  // namespace exercises::batch_norm_backward
