#include <autograd/kernel/convolution.hpp>

#include <algorithm>

namespace wengert::kernel {
namespace {

/// Calls f(offset in x, offset in w, offset in y) for every product of one sample.
template <class F>
void for_each_product(const Convolution& c, const F& f) {
  for (std::size_t o = 0; o < c.out_channels; ++o)
    for (std::size_t i = 0; i < c.group_in(); ++i)
      for (std::size_t ky = 0; ky < c.rows.taps; ++ky)
        for (std::size_t kx = 0; kx < c.columns.taps; ++kx)
          for (std::size_t oy = 0; oy < c.rows.output; ++oy)
            for (std::size_t ox = 0; ox < c.columns.output; ++ox) {
              const std::ptrdiff_t y = c.rows.place(oy, ky), x = c.columns.place(ox, kx);
              if (!c.rows.inside(y) || !c.columns.inside(x)) continue;
              const std::size_t channel = o / c.group_out() * c.group_in() + i;
              f((channel * c.rows.input + std::size_t(y)) * c.columns.input + std::size_t(x),
                ((o * c.group_in() + i) * c.rows.taps + ky) * c.columns.taps + kx,
                (o * c.rows.output + oy) * c.columns.output + ox);
            }
}

}  // namespace

template <class T>
void convolve(const Convolution& c, const T* x, const T* w, const Epilogue<T>& epilogue, T* y) {
  for (std::size_t n = 0; n < c.samples; ++n) {
    for (std::size_t o = 0; o < c.out_channels; ++o)
      std::fill_n(y + o * c.output_plane(), c.output_plane(), epilogue.bias ? epilogue.bias[o] : T(0));
    for_each_product(c, [&](std::size_t a, std::size_t b, std::size_t d) { y[d] += x[a] * w[b]; });
    if (epilogue.relu)
      for (std::size_t k = 0; k < c.out_channels * c.output_plane(); ++k) y[k] = y[k] <= T(0) ? T(0) : y[k];
    x += c.in_channels * c.input_plane();
    y += c.out_channels * c.output_plane();
  }
}

template <class T>
void convolve_input_gradient(const Convolution& c, const T* g, const T* w, T* dx) {
  std::fill_n(dx, c.samples * c.in_channels * c.input_plane(), T(0));
  for (std::size_t n = 0; n < c.samples; ++n) {
    for_each_product(c, [&](std::size_t a, std::size_t b, std::size_t d) { dx[a] += g[d] * w[b]; });
    dx += c.in_channels * c.input_plane();
    g += c.out_channels * c.output_plane();
  }
}

template <class T>
void convolve_weight_gradient(const Convolution& c, const T* x, const T* g, T* dw) {
  std::fill_n(dw, c.out_channels * c.patch(), T(0));
  for (std::size_t n = 0; n < c.samples; ++n) {
    for_each_product(c, [&](std::size_t a, std::size_t b, std::size_t d) { dw[b] += g[d] * x[a]; });
    x += c.in_channels * c.input_plane();
    g += c.out_channels * c.output_plane();
  }
}

template void convolve(const Convolution&, const float*, const float*, const Epilogue<float>&, float*);
template void convolve(const Convolution&, const double*, const double*, const Epilogue<double>&, double*);
template void convolve_input_gradient(const Convolution&, const float*, const float*, float*);
template void convolve_input_gradient(const Convolution&, const double*, const double*, double*);
template void convolve_weight_gradient(const Convolution&, const float*, const float*, float*);
template void convolve_weight_gradient(const Convolution&, const double*, const double*, double*);

}  // namespace wengert::kernel
