#include "exercise.hpp"

namespace exercises::convolution {

void solution::backward(const Forward& f, Backward& d) {
  d.b = zeros_like(f.b);  // (K)
  const auto& y = f.dy.shape();
  for (std::size_t n = 0; n < y[0]; ++n)
    for (std::size_t k = 0; k < y[1]; ++k)
      for (std::size_t i = 0; i < y[2]; ++i)
        for (std::size_t j = 0; j < y[3]; ++j) d.b(k) += f.dy(n, k, i, j);

  d.w = zeros_like(f.w);  // (K, C, R, S)
  d.x = zeros_like(f.x);  // (N, C, H, W)
  for_each_product(f, [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
    d.w(k, c, u, v) += f.dy(n, k, i, j) * f.x(n, c, i + u, j + v);
    d.x(n, c, i + u, j + v) += f.dy(n, k, i, j) * f.w(k, c, u, v);
  });
}

}  // namespace exercises::convolution
