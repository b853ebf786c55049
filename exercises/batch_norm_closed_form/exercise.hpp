#pragma once

// Batch norm once more, with all of its backward pass in one formula: N rows, C features.

#include "../support/blanks.hpp"

namespace exercises::batch_norm_closed_form {

/// What the forward pass has computed, and dloss/dy. It is all that a layer has to keep.
struct Forward {
  Array<double> gamma;      // (1, C)
  Array<double> deviation;  // (1, C)  sqrt(variance + epsilon), the variance being a mean over N rows
  Array<double> x_hat;      // (N, C)  (x - mean) / deviation
  Array<double> dy;         // (N, C)  y = gamma * x_hat + beta
};

/// What the backward pass computes: d.x is dloss/dx, in the shape of x.
struct Backward {
  Array<double> beta = not_written_yet();
  Array<double> gamma = not_written_yet();
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

}  // namespace exercises::batch_norm_closed_form
