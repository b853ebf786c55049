// Put the right array in the place of each not_written_yet(), then run `./run exercise new_layer`.
#include "exercise.hpp"

namespace exercises::new_layer {

void attempt::layer(const Inputs& in, Outputs& out) {
  // Forward, by the three lines at the top of exercise.hpp
  out.y = not_written_yet();  // (N, D)

  // Backward: gain serves all rows, and x is read twice
  out.dgain = not_written_yet();  // (1, D)
  out.dx = not_written_yet();     // (N, D)
}

}  // namespace exercises::new_layer
