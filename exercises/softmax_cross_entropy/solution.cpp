#include "exercise.hpp"

namespace exercises::softmax_cross_entropy {

void solution::backward(const Forward& f, Backward& d) {
  const double n = rows_of(f.logits);
  d.log_probability = -f.target / n;                             // (N, K)
  d.log_total = -sum_over(d.log_probability, {1});               // (N, 1)
  d.total = d.log_total / f.total;                               // (N, 1)
  d.exponential = repeated_to(d.total, f.logits.shape());        // (N, K)
  d.logits = d.log_probability + d.exponential * f.exponential;  // (N, K)
  d.logits_at_once = (f.exponential / f.total - f.target) / n;   // (N, K)
}

}  // namespace exercises::softmax_cross_entropy
