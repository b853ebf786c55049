#pragma once

// Layer norm (Ba, Kiros and Hinton 2016): N rows, D features; every row is normalised by itself. N and D differ.

#include "../support/blanks.hpp"

namespace exercises::layer_norm {

/// What the forward pass has computed, and dloss/dy.
struct Forward {
  Array<double> x;          // (N, D)
  Array<double> gamma;      // (1, D)
  Array<double> mean;       // (N, 1)  mean_over(x, {1})
  Array<double> variance;   // (N, 1)  mean_over(square(x - mean), {1})
  Array<double> deviation;  // (N, 1)  sqrt(variance + epsilon)
  Array<double> x_hat;      // (N, D)  (x - mean) / deviation
  Array<double> dy;         // (N, D)  y = gamma * x_hat + beta, with beta (1, D)
};

/// What the backward pass computes: d.mean is dloss/dmean, in the shape of mean.
struct Backward {
  Array<double> beta = not_written_yet();
  Array<double> gamma = not_written_yet();
  Array<double> x_hat = not_written_yet();
  Array<double> variance = not_written_yet();
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

}  // namespace exercises::layer_norm
