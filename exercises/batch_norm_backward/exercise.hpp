#pragma once

// Batch norm (Ioffe and Szegedy 2015) as one line for each variable: N rows, C features. N and C differ from batch to
// batch.

#include "../support/blanks.hpp"

namespace exercises::batch_norm_backward {

/// What the forward pass has computed, and dloss/dy.
struct Forward {
  Array<double> x;                      // (N, C)
  Array<double> gamma, beta;            // (1, C)
  Array<double> mean;                   // (1, C)  mean_over(x, {0})
  Array<double> x_minus_mean;           // (N, C)  x - mean
  Array<double> squared;                // (N, C)  square(x_minus_mean)
  Array<double> variance;               // (1, C)  mean_over(squared, {0})
  Array<double> variance_plus_epsilon;  // (1, C)  variance + epsilon
  Array<double> deviation;              // (1, C)  sqrt(variance_plus_epsilon)
  Array<double> inverse_deviation;      // (1, C)  1.0 / deviation
  Array<double> x_hat;                  // (N, C)  x_minus_mean * inverse_deviation
  Array<double> gamma_x_hat;            // (N, C)  gamma * x_hat
  Array<double> dy;                     // (N, C)  y = gamma_x_hat + beta
};

/// What the backward pass computes: d.variance is dloss/dvariance, in the shape of variance.
struct Backward {
  Array<double> gamma_x_hat = not_written_yet();
  Array<double> beta = not_written_yet();
  Array<double> gamma = not_written_yet();
  Array<double> x_hat = not_written_yet();
  Array<double> inverse_deviation = not_written_yet();
  Array<double> deviation = not_written_yet();
  Array<double> variance_plus_epsilon = not_written_yet();
  Array<double> variance = not_written_yet();
  Array<double> squared = not_written_yet();
  Array<double> x_minus_mean = not_written_yet();
  Array<double> mean = not_written_yet();
  Array<double> x = not_written_yet();
};

using Rule = std::function<void(const Forward&, Backward&)>;

namespace attempt {
void backward(const Forward& f, Backward& d);
}
namespace solution {
void backward(const Forward& f, Backward& d);
}

Exercise exercise();
/// A backward pass tried on a random batch.
Trial tried(const Rule& rule, std::uint64_t seed);

}  // namespace exercises::batch_norm_backward
