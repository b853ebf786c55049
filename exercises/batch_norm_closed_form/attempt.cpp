// Put the right array in the place of each not_written_yet(), then run `./run exercise batch_norm_closed_form`.
#include "exercise.hpp"

namespace exercises::batch_norm_closed_form {

void attempt::backward(const Forward& f, Backward& d) {
  // y = gamma * x_hat + beta
  d.beta = not_written_yet();   // (1, C)
  d.gamma = not_written_yet();  // (1, C)

  // Put the twelve lines of batch_norm_backward into each other and simplify, on paper. What is left of dx has a share
  // of dy, one of its mean, and one of x_hat.
  d.x = not_written_yet();  // (N, C)
}

}  // namespace exercises::batch_norm_closed_form
