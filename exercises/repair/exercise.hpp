#pragma once

// A block of a residual network under a squared error, whose backward pass has four mistakes: N rows, D features, K
// hidden units.

#include "../support/blanks.hpp"

namespace exercises::repair {

/// What the forward pass has computed.
struct Forward {
  Array<double> x;       // (N, D)
  Array<double> w1;      // (K, D)
  Array<double> b1;      // (1, K)
  Array<double> w2;      // (D, K)
  Array<double> hidden;  // (N, K)  matmul(x, transposed(w1)) + b1
  Array<double> active;  // (N, K)  tanh(hidden)
  Array<double> y;       // (N, D)  matmul(active, transposed(w2)) + x
  Array<double> target;  // (N, D)
  // loss = the mean of square(y - target) over all N * D elements
};

/// What the backward pass computes: d.y is dloss/dy, in the shape of y.
struct Backward {
  Array<double> y = not_written_yet();
  Array<double> w2 = not_written_yet();
  Array<double> active = not_written_yet();
  Array<double> hidden = not_written_yet();
  Array<double> b1 = not_written_yet();
  Array<double> w1 = not_written_yet();
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

}  // namespace exercises::repair
