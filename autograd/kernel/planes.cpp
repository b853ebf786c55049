#include <autograd/kernel/planes.hpp>
#include <autograd/kernel/run.hpp>

namespace wengert::kernel {
namespace {

template <class T>
constexpr auto lane = static_cast<std::size_t>(Lane<T>::width);

/// Where the lanes from `first` on begin in a row: the last lanes overlap those before them, so that none is
/// incomplete.
template <std::size_t Lanes, class T>
std::array<std::size_t, Lanes> starts(std::size_t first, std::size_t length) {
  std::array<std::size_t, Lanes> at;
  for (std::size_t v = 0; v < Lanes; ++v) at[v] = std::min(first + v * lane<T>, length - lane<T>);
  return at;
}

/// sum[r][v] = Σ_k w[r · patch + k] · image[offset[k] + at[v]], a lane each.
template <std::size_t Rows, std::size_t Lanes, class T>
[[gnu::flatten]] std::array<Lane<T>, Rows * Lanes> sums_of_lanes(const T* image,
                                                                 const std::array<std::size_t, Lanes> at,
                                                                 const std::ptrdiff_t* offsets, std::size_t patch,
                                                                 const T* w) {
  using L = Lane<T>;
  std::array<L, Rows * Lanes> sum;
  unrolled<Rows * Lanes>([&](auto i) { sum[i] = L(0.0); });
  for (std::size_t k = 0; k < patch; ++k) {
    const T* from = image + offsets[k];
    std::array<L, Lanes> x;
    unrolled<Lanes>([&](auto v) { x[v] = L::load(from + at[v]); });
    unrolled<Rows>([&](auto r) {
      const typename L::Batch weight(w[r * patch + k]);
      unrolled<Lanes>(
          [&](auto v) { sum[r * Lanes + v] = L(xsimd::fma(weight, x[v].batch, sum[r * Lanes + v].batch)); });
    });
  }
  return sum;
}

/// `Rows` output channels from `channel` on.
template <std::size_t Rows, std::size_t Lanes, class T>
[[gnu::flatten]] void convolve_channels(const Convolution& c, std::size_t channel, const T* image,
                                        const std::ptrdiff_t* offsets, const T* w, const Epilogue<T>& epilogue, T* y) {
  using L = Lane<T>;
  const std::size_t length = c.columns.output, step = c.rows.stride * c.columns.padded();
  for (std::size_t row = 0; row < c.rows.output; ++row)
    for (std::size_t first = 0; first < length; first += Lanes * lane<T>) {
      const auto at = starts<Lanes, T>(first, length);
      const auto sum = sums_of_lanes<Rows, Lanes>(image + row * step, at, offsets, c.patch(), w + channel * c.patch());
      unrolled<Rows>([&](auto r) {
        T* to = y + (channel + r) * c.output_plane() + row * length;
        unrolled<Lanes>([&](auto v) {
          L z = sum[r * Lanes + v];
          if (epilogue.bias != nullptr) z = z + L(typename L::Batch(epilogue.bias[channel + r]));
          if (epilogue.relu) z = where(z <= L(0.0), L(0.0), z);
          z.store(to + at[v]);
        });
      });
    }
}

/// Σ over a plane of g[p] · image[place(p, k)] for `Count` elements k of the patch.
template <std::size_t Count, class T>
[[gnu::flatten]] std::array<Lane<T>, Count> sums_of_products(const Convolution& c, const T* image,
                                                             const std::ptrdiff_t* offsets, const T* g) {
  using L = Lane<T>;
  const std::size_t length = c.columns.output, step = c.rows.stride * c.columns.padded();
  const std::size_t whole = length / lane<T> * lane<T>, rest = length - whole;
  const typename L::Mask is_new = !L::first(static_cast<std::ptrdiff_t>(lane<T> - rest));
  std::array<L, Count> sum;
  unrolled<Count>([&](auto k) { sum[k] = L(0.0); });
  const auto add = [&](std::size_t at, const auto& kept) {
    const L dy = kept(L::load(g + at));
    unrolled<Count>(
        [&](auto k) { sum[k] = L(xsimd::fma(dy.batch, kept(L::load(image + offsets[k] + at)).batch, sum[k].batch)); });
  };
  for (std::size_t row = 0; row < c.rows.output; ++row, g += length, image += step) {
    for (std::size_t at = 0; at < whole; at += lane<T>) add(at, [](const L& x) { return x; });
    if (rest != 0) add(length - lane<T>, [&](const L& x) { return where(is_new, x, L(0.0)); });
  }
  return sum;
}

/// Adds the sums for the elements of the patch from `k` on, `Count` at a time, and then the rest.
template <std::size_t Count, class T>
void add_sums(const Convolution& c, std::size_t k, const T* image, const std::ptrdiff_t* offsets, const T* g, T* dw) {
  for (; k + Count <= c.patch(); k += Count) {
    const auto sums = sums_of_products<Count>(c, image, offsets + k, g);
    for (std::size_t i = 0; i < Count; ++i) dw[k + i] += total(sums[i]);
  }
  if constexpr (Count > 1) add_sums<Count / 3>(c, k, image, offsets, g, dw);
}

Windows turned(const Windows& w) {
  Windows result = w;
  result.input = w.output;
  result.output = w.input;
  result.before = (w.taps - 1) * w.dilation - w.before;
  return result;
}

bool can_turn(const Windows& w) { return w.stride == 1 && w.before <= (w.taps - 1) * w.dilation; }

}  // namespace

template <class T>
bool is_flat(const Convolution& c) {
  return c.columns.stride == 1 && c.columns.output >= lane<T> && (c.group_out() < lane<T> || c.patch() <= 2 * lane<T>);
}

bool can_turn(const Convolution& c) { return can_turn(c.rows) && can_turn(c.columns); }

Convolution turned(const Convolution& c) {
  return {c.samples, c.out_channels, c.in_channels, c.groups, turned(c.rows), turned(c.columns)};
}

template <class T>
void turn_weights(const Convolution& c, const T* w, T* to) {
  const std::size_t taps = c.rows.taps * c.columns.taps;
  for (std::size_t group = 0; group < c.groups; ++group)
    for (std::size_t i = 0; i < c.group_in(); ++i)
      for (std::size_t o = 0; o < c.group_out(); ++o, to += taps) {
        const T* window = w + (group * c.group_out() + o) * c.patch() + i * taps;
        std::reverse_copy(window, window + taps, to);
      }
}

template <class T>
void convolve_planes(const Convolution& c, const T* image, const std::ptrdiff_t* offsets, const T* w,
                     const Epilogue<T>& epilogue, T* y) {
  const std::size_t planes_of_group = c.group_in() * c.rows.padded() * c.columns.padded();
  for (std::size_t group = 0; group < c.groups; ++group) {
    const T* from = image + group * planes_of_group;
    std::size_t channel = group * c.group_out();
    const std::size_t end = channel + c.group_out();
    for (; channel + 4 <= end; channel += 4) convolve_channels<4, 2>(c, channel, from, offsets, w, epilogue, y);
    for (; channel < end; ++channel) convolve_channels<1, 4>(c, channel, from, offsets, w, epilogue, y);
  }
}

template <class T>
void add_weight_gradient_of_planes(const Convolution& c, const T* image, const std::ptrdiff_t* offsets, const T* g,
                                   T* dw) {
  const std::size_t planes_of_group = c.group_in() * c.rows.padded() * c.columns.padded();
  for (std::size_t channel = 0; channel < c.out_channels; ++channel) {
    const T* from = image + channel / c.group_out() * planes_of_group;
    add_sums<9>(c, 0, from, offsets, g + channel * c.output_plane(), dw + channel * c.patch());
  }
}

template bool is_flat<float>(const Convolution&);
template bool is_flat<double>(const Convolution&);
template void turn_weights(const Convolution&, const float*, float*);
template void turn_weights(const Convolution&, const double*, double*);
template void convolve_planes(const Convolution&, const float*, const std::ptrdiff_t*, const float*,
                              const Epilogue<float>&, float*);
template void convolve_planes(const Convolution&, const double*, const std::ptrdiff_t*, const double*,
                              const Epilogue<double>&, double*);
template void add_weight_gradient_of_planes(const Convolution&, const float*, const std::ptrdiff_t*, const float*,
                                            float*);
template void add_weight_gradient_of_planes(const Convolution&, const double*, const std::ptrdiff_t*, const double*,
                                            double*);

}  // namespace wengert::kernel
