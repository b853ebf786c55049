#pragma once

// A layer that the library does not have, forward and backward: RMSNorm (Zhang and Sennrich 2019), N rows, D features.
//   mean_square = mean over the features of x²                 (N, 1)
//   x_hat       = x / sqrt(mean_square + epsilon)              (N, D)
//   y           = gain * x_hat                                 (N, D)

#include "../support/blanks.hpp"

namespace exercises::new_layer {

/// What goes into the layer, and dloss/dy.
struct Inputs {
  Array<double> x;     // (N, D)
  Array<double> gain;  // (1, D)
  double epsilon;
  Array<double> dy;  // (N, D)
};

/// What the layer computes: y, and dloss/dgain and dloss/dx.
struct Outputs {
  Array<double> y = not_written_yet();
  Array<double> dgain = not_written_yet();
  Array<double> dx = not_written_yet();
};

using Rule = std::function<void(const Inputs&, Outputs&)>;

namespace attempt {
void layer(const Inputs& in, Outputs& out);
}
namespace solution {
void layer(const Inputs& in, Outputs& out);
}

Exercise exercise();
/// A layer tried on a random batch.
Trial tried(const Rule& rule, std::uint64_t seed);

}  // namespace exercises::new_layer
