// Put the right array in the place of each not_written_yet(), then run `./run exercise softmax_cross_entropy`.
#include "exercise.hpp"

namespace exercises::softmax_cross_entropy {

void attempt::backward(const Forward& f, Backward& d) {
  // loss = -(1 / N) * (the sum of target * log_probability over all rows and classes)
  d.log_probability = not_written_yet();  // (N, K)

  // log_probability = logits - log_total; the logits have a second reader, and wait for it
  d.log_total = not_written_yet();  // (N, 1)

  // log_total = log(total)
  d.total = not_written_yet();  // (N, 1)

  // total = sum_over(exponential, {1})
  d.exponential = not_written_yet();  // (N, K)

  // exponential = exp(logits), and log_probability = logits - log_total as above
  d.logits = not_written_yet();  // (N, K)

  // Once more, at once: put all lines into each other and simplify, on paper. Only logits, target and probabilities,
  // which are exponential / total, are left.
  d.logits_at_once = not_written_yet();  // (N, K)
}

}  // namespace exercises::softmax_cross_entropy
