#pragma once

// A network with batch norm, and all of its backward pass: N rows, D features, H hidden units, K classes. Once it is
// right, the network is trained with it, without a tape.

#include "../support/blanks.hpp"

namespace exercises::train_by_hand {

/// What the forward pass has computed.
struct Forward {
  Array<double> x;            // (N, D)
  Array<double> target;       // (N, K)  1 for the class of the row, 0 elsewhere
  Array<double> w1;           // (H, D)
  Array<double> gamma, beta;  // (1, H)
  Array<double> w2;           // (K, H)
  Array<double> b2;           // (1, K)
  Array<double> z;            // (N, H)  matmul(x, transposed(w1)); a bias would be taken away by the batch norm
  Array<double> deviation;    // (1, H)  sqrt(variance of z + epsilon)
  Array<double> z_hat;        // (N, H)  (z - mean of z) / deviation
  Array<double> y;            // (N, H)  gamma * z_hat + beta
  Array<double> active;       // (N, H)  tanh(y)
  Array<double> logits;       // (N, K)  matmul(active, transposed(w2)) + b2
  Array<double> probability;  // (N, K)  softmax of the logits
  // loss = the mean over the rows of -log(probability of the class of the row)
};

/// What the backward pass computes: d.w1 is dloss/dw1, in the shape of w1.
struct Backward {
  Array<double> logits = not_written_yet();
  Array<double> w2 = not_written_yet();
  Array<double> b2 = not_written_yet();
  Array<double> active = not_written_yet();
  Array<double> y = not_written_yet();
  Array<double> gamma = not_written_yet();
  Array<double> beta = not_written_yet();
  Array<double> z = not_written_yet();
  Array<double> w1 = not_written_yet();
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

/// A training of the network on the irises: the losses before every step and in the end, and what is printed.
struct Training {
  std::vector<double> by_hand{}, by_tape{};
  std::string text{};
};
/// Trains with this backward pass, and once more with that of the tape, from the same weights.
Training training_with(const Rule& rule, std::uint64_t seed = 1);

}  // namespace exercises::train_by_hand
