#pragma once

// A convolution of images, with loops: N images, C channels in and K out, a window of R x S, no padding, stride 1.
//   y(n, k, i, j) = b(k) + sum over c, u, v of w(k, c, u, v) * x(n, c, i + u, j + v)
// The extents differ from batch to batch: take them from the shapes.

#include "../support/blanks.hpp"

namespace exercises::convolution {

/// What went into the forward pass, and dloss/dy.
struct Forward {
  Array<double> x;   // (N, C, H, W)
  Array<double> w;   // (K, C, R, S)
  Array<double> b;   // (K)
  Array<double> dy;  // (N, K, H - R + 1, W - S + 1)
};

/// What the backward pass computes: d.w is dloss/dw, in the shape of w.
struct Backward {
  Array<double> b = not_written_yet();
  Array<double> w = not_written_yet();
  Array<double> x = not_written_yet();
};

using Rule = std::function<void(const Forward&, Backward&)>;

/// Calls f(n, k, i, j, c, u, v) for every product w(k, c, u, v) * x(n, c, i + u, j + v) of the forward pass.
template <class F>
void for_each_product(const Forward& f, const F& call) {
  const auto& y = f.dy.shape();
  const auto& w = f.w.shape();
  for (std::size_t n = 0; n < y[0]; ++n)
    for (std::size_t k = 0; k < y[1]; ++k)
      for (std::size_t i = 0; i < y[2]; ++i)
        for (std::size_t j = 0; j < y[3]; ++j)
          for (std::size_t c = 0; c < w[1]; ++c)
            for (std::size_t u = 0; u < w[2]; ++u)
              for (std::size_t v = 0; v < w[3]; ++v) call(n, k, i, j, c, u, v);
}

namespace attempt {
void backward(const Forward& f, Backward& d);
}
namespace solution {
void backward(const Forward& f, Backward& d);
}

Exercise exercise();
/// A backward pass tried on a random batch.
Trial tried(const Rule& rule, std::uint64_t seed);

}  // namespace exercises::convolution
