#pragma once

// Softmax and cross-entropy: N rows, K classes. Real code subtracts the largest logit of a row first, which changes
// nothing but overflows; the logits here are small.

#include "../support/blanks.hpp"

namespace exercises::softmax_cross_entropy {

/// What the forward pass has computed.
struct Forward {
  Array<double> logits;           // (N, K)
  Array<double> target;           // (N, K)  1 for the class of the row, 0 elsewhere
  Array<double> exponential;      // (N, K)  exp(logits)
  Array<double> total;            // (N, 1)  sum_over(exponential, {1})
  Array<double> log_total;        // (N, 1)  log(total)
  Array<double> log_probability;  // (N, K)  logits - log_total
  // loss = -(1 / N) times the sum of target * log_probability over all rows and classes
};

/// What the backward pass computes: d.total is dloss/dtotal, in the shape of total.
struct Backward {
  Array<double> log_probability = not_written_yet();
  Array<double> log_total = not_written_yet();
  Array<double> total = not_written_yet();
  Array<double> exponential = not_written_yet();
  Array<double> logits = not_written_yet();
  Array<double> logits_at_once = not_written_yet();
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

}  // namespace exercises::softmax_cross_entropy
