// There are four mistakes in these lines. Find them, with `./run exercise repair`.
#include "exercise.hpp"

namespace exercises::repair {

void attempt::backward(const Forward& f, Backward& d) {
  d.y = 2.0 * (f.y - f.target);              // (N, D)
  d.w2 = matmul(transposed(d.y), f.active);  // (D, K)
  d.active = matmul(d.y, f.w2);              // (N, K)
  d.hidden = d.active * (1.0 - f.active);    // (N, K)
  d.b1 = d.hidden;                           // (1, K)
  d.w1 = matmul(transposed(d.hidden), f.x);  // (K, D)
  d.x = matmul(d.hidden, f.w1);              // (N, D)
}

}  // namespace exercises::repair
