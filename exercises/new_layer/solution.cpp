#include "exercise.hpp"

namespace exercises::new_layer {

void solution::layer(const Inputs& in, Outputs& out) {
  const Array<double> root = sqrt(mean_over(square(in.x), {1}) + in.epsilon);  // (N, 1)
  const Array<double> x_hat = in.x / root;                                     // (N, D)
  out.y = in.gain * x_hat;                                                     // (N, D)

  const Array<double> dx_hat = in.dy * in.gain;                       // (N, D)
  out.dgain = sum_over(in.dy * x_hat, {0});                           // (1, D)
  out.dx = (dx_hat - x_hat * mean_over(dx_hat * x_hat, {1})) / root;  // (N, D)
}

}  // namespace exercises::new_layer
