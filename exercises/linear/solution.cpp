#include "exercise.hpp"

namespace exercises::linear {

void solution::backward(const Forward& f, Backward& d) {
  d.product = f.dy;                          // (N, K)
  d.b = sum_over(f.dy, {0});                 // (1, K)
  d.x = matmul(d.product, f.w);              // (N, D)
  d.w = matmul(transposed(d.product), f.x);  // (K, D)
}

}  // namespace exercises::linear
