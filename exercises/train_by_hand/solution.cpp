#include "exercise.hpp"

namespace exercises::train_by_hand {

void solution::backward(const Forward& f, Backward& d) {
  const double n = rows_of(f.x);
  d.logits = (f.probability - f.target) / n;                                 // (N, K)
  d.w2 = matmul(transposed(d.logits), f.active);                             // (K, H)
  d.b2 = sum_over(d.logits, {0});                                            // (1, K)
  d.active = matmul(d.logits, f.w2);                                         // (N, H)
  d.y = d.active * (1.0 - square(f.active));                                 // (N, H)
  d.gamma = sum_over(d.y * f.z_hat, {0});                                    // (1, H)
  d.beta = sum_over(d.y, {0});                                               // (1, H)
  d.z = f.gamma / f.deviation * (d.y - d.beta / n - f.z_hat * d.gamma / n);  // (N, H)
  d.w1 = matmul(transposed(d.z), f.x);                                       // (H, D)
}

}  // namespace exercises::train_by_hand
