// Put the right array in the place of each not_written_yet(), then run `./run exercise convolution`.
// zeros_like(f.w) is an array to add to; `for_each_product` of exercise.hpp runs through the forward pass:
//   for_each_product(f, [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) { ... });
// d.w.at(k, c, u, v) checks its indices, d.w(k, c, u, v) does not.
#include "exercise.hpp"

namespace exercises::convolution {

void attempt::backward(const Forward& f, Backward& d) {
  // y(n, k, i, j) = b(k) + ...
  d.b = not_written_yet();  // (K)

  // y(n, k, i, j) = ... + w(k, c, u, v) * x(n, c, i + u, j + v) + ...
  d.w = not_written_yet();  // (K, C, R, S)
  d.x = not_written_yet();  // (N, C, H, W)
}

}  // namespace exercises::convolution
