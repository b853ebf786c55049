#include "exercise.hpp"

namespace exercises::layer_norm {

void solution::backward(const Forward& f, Backward& d) {
  const double n = columns_of(f.x);
  d.beta = sum_over(f.dy, {0});                                                      // (1, D)
  d.gamma = sum_over(f.dy * f.x_hat, {0});                                           // (1, D)
  d.x_hat = f.dy * f.gamma;                                                          // (N, D)
  d.variance = -0.5 * sum_over(d.x_hat * f.x_hat, {1}) / square(f.deviation);        // (N, 1)
  d.mean = -sum_over(d.x_hat, {1}) / f.deviation;                                    // (N, 1)
  d.x = d.x_hat / f.deviation + 2.0 * (f.x - f.mean) * d.variance / n + d.mean / n;  // (N, D)
}

}  // namespace exercises::layer_norm
