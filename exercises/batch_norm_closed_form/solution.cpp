#include "exercise.hpp"

namespace exercises::batch_norm_closed_form {

void solution::backward(const Forward& f, Backward& d) {
  const double m = rows_of(f.dy);
  d.beta = sum_over(f.dy, {0});                                               // (1, C)
  d.gamma = sum_over(f.dy * f.x_hat, {0});                                    // (1, C)
  d.x = f.gamma / f.deviation * (f.dy - d.beta / m - f.x_hat * d.gamma / m);  // (N, C)
}

}  // namespace exercises::batch_norm_closed_form
