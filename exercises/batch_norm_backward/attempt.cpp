// Put the right array in the place of each not_written_yet(), then run `./run exercise batch_norm_backward`.
// f holds the numbers of the forward pass, and d what is written above.
#include "exercise.hpp"

namespace exercises::batch_norm_backward {

void attempt::backward(const Forward& f, Backward& d) {
  // y = gamma_x_hat + beta
  d.gamma_x_hat = not_written_yet();  // (N, C)
  d.beta = not_written_yet();         // (1, C)

  // gamma_x_hat = gamma * x_hat
  d.gamma = not_written_yet();  // (1, C)
  d.x_hat = not_written_yet();  // (N, C)

  // x_hat = x_minus_mean * inverse_deviation; x_minus_mean has a second reader, and waits for it
  d.inverse_deviation = not_written_yet();  // (1, C)

  // inverse_deviation = 1.0 / deviation
  d.deviation = not_written_yet();  // (1, C)

  // deviation = sqrt(variance_plus_epsilon)
  d.variance_plus_epsilon = not_written_yet();  // (1, C)

  // variance_plus_epsilon = variance + epsilon
  d.variance = not_written_yet();  // (1, C)

  // variance = mean_over(squared, {0})
  d.squared = not_written_yet();  // (N, C)

  // squared = square(x_minus_mean), and x_hat = x_minus_mean * inverse_deviation as above
  d.x_minus_mean = not_written_yet();  // (N, C)

  // x_minus_mean = x - mean
  d.mean = not_written_yet();  // (1, C)

  // mean = mean_over(x, {0}), and x_minus_mean = x - mean as above
  d.x = not_written_yet();  // (N, C)
}

}  // namespace exercises::batch_norm_backward
