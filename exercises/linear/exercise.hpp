#pragma once

// A linear layer, y = x · wᵀ + b: N rows, D features in and K out. N, D and K differ from batch to batch.

#include "../support/blanks.hpp"

namespace exercises::linear {

/// What the forward pass has computed, and dloss/dy.
struct Forward {
  Array<double> x;        // (N, D)
  Array<double> w;        // (K, D)
  Array<double> b;        // (1, K)
  Array<double> product;  // (N, K)  matmul(x, transposed(w))
  Array<double> dy;       // (N, K)  y = product + b
};

/// What the backward pass computes: d.w is dloss/dw, in the shape of w.
struct Backward {
  Array<double> product = not_written_yet();
  Array<double> b = not_written_yet();
  Array<double> x = not_written_yet();
  Array<double> w = not_written_yet();
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

}  // namespace exercises::linear
