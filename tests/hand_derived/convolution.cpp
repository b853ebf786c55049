#include "convolution.hpp"

namespace wengert::hand_derived {
namespace {

/// Calls f(index of y, index of x, index of w) for every product.
template <class F>
void seven_loops(const Convolution& c, const F& f) {
  const std::size_t in = c.in_channels / c.groups, out = c.out_channels / c.groups;
  const std::size_t height = c.output(0), width = c.output(1);
  for (std::size_t n = 0; n < c.samples; ++n)
    for (std::size_t o = 0; o < c.out_channels; ++o)
      for (std::size_t i = 0; i < height; ++i)
        for (std::size_t j = 0; j < width; ++j)
          for (std::size_t channel = 0; channel < in; ++channel)
            for (std::size_t u = 0; u < c.taps[0]; ++u)
              for (std::size_t v = 0; v < c.taps[1]; ++v) {
                const std::size_t padded_row = i * c.stride[0] + u * c.dilation[0];
                const std::size_t padded_column = j * c.stride[1] + v * c.dilation[1];
                if (padded_row < c.padding[0] || padded_row >= c.padding[0] + c.input[0]) continue;
                if (padded_column < c.padding[1] || padded_column >= c.padding[1] + c.input[1]) continue;
                const std::size_t x_channel = n * c.in_channels + o / out * in + channel;
                f(((n * c.out_channels + o) * height + i) * width + j,
                  (x_channel * c.input[0] + padded_row - c.padding[0]) * c.input[1] + padded_column - c.padding[1],
                  ((o * in + channel) * c.taps[0] + u) * c.taps[1] + v);
              }
}

}  // namespace

Values convolution(const Convolution& c, const Values& x, const Values& w, const Values& b) {
  const std::size_t plane = c.output(0) * c.output(1);
  Values y(c.samples * c.out_channels * plane);
  for (std::size_t k = 0; k < y.size(); ++k) y[k] = b[k / plane % c.out_channels];
  seven_loops(c, [&](std::size_t at_y, std::size_t at_x, std::size_t at_w) { y[at_y] += w[at_w] * x[at_x]; });
  return y;
}

ConvolutionGradients convolution_backward(const Convolution& c, const Values& x, const Values& w, const Values& g) {
  const std::size_t plane = c.output(0) * c.output(1);
  ConvolutionGradients result{Values(x.size(), 0.0), Values(w.size(), 0.0), Values(c.out_channels, 0.0)};
  seven_loops(c, [&](std::size_t at_y, std::size_t at_x, std::size_t at_w) {
    result.dx[at_x] += g[at_y] * w[at_w];
    result.dw[at_w] += g[at_y] * x[at_x];
  });
  for (std::size_t k = 0; k < g.size(); ++k) result.db[k / plane % c.out_channels] += g[k];
  return result;
}

}  // namespace wengert::hand_derived
