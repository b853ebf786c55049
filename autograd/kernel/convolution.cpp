#include <autograd/base/parallel.hpp>
#include <autograd/kernel/convolution.hpp>
#include <autograd/kernel/pack.hpp>
#include <autograd/kernel/panel.hpp>
#include <autograd/kernel/patches.hpp>
#include <autograd/kernel/planes.hpp>
#include <autograd/kernel/scratch.hpp>

// All three directions are products of matrices whose lanes are channels, unless there are few of those (planes.hpp).
// The other operand is read where it lies, one element at a time, through tables of offsets: nothing is copied as
// `unfold` does. Channels are dealt with a panel at a time: place after place, TileShape<T>::width channels each.

namespace wengert::kernel {
namespace {

template <class T>
constexpr std::size_t width = TileShape<T>::width;

/// The panels of a group's channels.
template <class T>
std::size_t panels(std::size_t channels) {
  return parts(channels, width<T>);
}

/// How many channels count in a panel.
template <class T>
std::size_t columns(std::size_t channels, std::size_t panel) {
  return std::min(width<T>, channels - panel * width<T>);
}

/// The same as `multiply_panel`, with the depth in even blocks.
template <class T, class RowOfA, class RowOfC>
void multiply_blocks(std::size_t rows, std::size_t count, std::size_t depth, const RowOfA& a_row,
                     const std::ptrdiff_t* offsets, const T* b, const RowOfC& c_row, bool add) {
  const std::size_t block = depth_of_block(depth);
  const Panel<T> panel{b};
  for (std::size_t k = 0; k < depth; k += block)
    multiply_panel(rows, count, std::min(block, depth - k), a_row, offsets + k, panel.from(k), c_row, add || k > 0);
}

/// Calls f(0), ..., f(count - 1), shared among threads if there is enough to do.
template <class F>
void share(const Convolution& c, std::size_t count, const F& f) {
  constexpr std::size_t least_work = std::size_t{1} << 20;  // multiplications; below, a thread takes longer to wake up
  const std::size_t work = c.samples * c.out_channels * c.output_plane() * c.patch();
  if (work >= least_work) return parallel_for(count, f);
  for (std::size_t k = 0; k < count; ++k) f(k);
}

/// The weights (O, patch) of every group as panels of output channels: [group][panel][patch][width].
template <class T>
void pack_weights(const Convolution& c, const T* w, T* to) {
  const std::size_t size = panels<T>(c.group_out()) * c.patch() * width<T>;
  for (std::size_t group = 0; group < c.groups; ++group)
    pack_panels<width<T>>(Matrix<const T>{w + group * c.group_out() * c.patch(), 1, c.patch()}, c.patch(),
                          c.group_out(), to + group * size);
}

/// The weights as panels of input channels: [group][panel][tap][output channel][width].
template <class T>
void pack_weights_by_tap(const Convolution& c, const T* w, T* to) {
  const std::size_t taps = c.rows.taps * c.columns.taps;
  for (std::size_t group = 0; group < c.groups; ++group)
    for (std::size_t panel = 0; panel < panels<T>(c.group_in()); ++panel) {
      const std::size_t count = columns<T>(c.group_in(), panel);
      for (std::size_t tap = 0; tap < taps; ++tap)
        for (std::size_t o = 0; o < c.group_out(); ++o, to += width<T>) {
          const T* from = w + (group * c.group_out() + o) * c.patch() + panel * width<T> * taps + tap;
          for (std::size_t i = 0; i < width<T>; ++i) to[i] = i < count ? from[i * taps] : T(0);
        }
    }
}

/// A panel of places as planes of channels, with what is done to each channel's elements on the way.
template <class T>
void finish_planes(const T* panel, std::size_t places, std::size_t count, const Epilogue<T>& epilogue,
                   std::size_t channel, T* to) {
  const auto ended = [&](const auto& x, std::size_t j) {
    using Elements = std::decay_t<decltype(x)>;
    return epilogue.bias == nullptr ? x : x + Elements(epilogue.bias[channel + j]);
  };
  if (!epilogue.relu) return transpose(panel, width<T>, places, count, to, places, ended);
  transpose(panel, width<T>, places, count, to, places, [&](const auto& x, std::size_t j) {
    const auto y = ended(x, j);
    const std::decay_t<decltype(y)> zero(T(0));
    if constexpr (std::is_same_v<std::decay_t<decltype(y)>, T>) return y <= zero ? zero : y;
    else return xsimd::select(y <= zero, zero, y);
  });
}

/// Calls f(image, n) for every sample n of a batch and its image.
template <class T, class F>
void for_each_image(const Convolution& c, const Patches<T>& patches, std::size_t batch, const T* x, const F& f) {
  const Scratch<T> copy(patches.image_size());
  const T* image = patches.image(x, batch, copy.data());
  const std::size_t step = c.in_channels * c.rows.padded() * c.columns.padded();
  for (std::size_t n = 0; n < patches.size(batch); ++n) f(image + n * step, patches.first(batch) + n);
}

/// How the samples of a gradient of the weights are dealt among sums, which are added in their order at the end, so
/// that the number of threads changes no bit.
struct Sums {
  explicit Sums(std::size_t batches)
      : step(std::max<std::size_t>(1, parts(batches, most))), count(std::max<std::size_t>(1, parts(batches, step))) {}

  static constexpr std::size_t most = 8;
  std::size_t step;
  std::size_t count;
};

/// Calls f(batch, sum) for every batch, with sums of `size` elements, and leaves their sum in the first of them.
template <class T, class F>
void sum_over_batches(const Convolution& c, std::size_t batches, const Scratch<T>& sums, std::size_t size, const F& f) {
  const Sums dealt(batches);
  sums.fill(T(0));
  share(c, dealt.count, [&](std::size_t piece) {
    const std::size_t end = std::min((piece + 1) * dealt.step, batches);
    for (std::size_t batch = piece * dealt.step; batch < end; ++batch) f(batch, sums.data() + piece * size);
  });
  for (std::size_t piece = 1; piece < dealt.count; ++piece)
    for (std::size_t k = 0; k < size; ++k) sums.data()[k] += sums.data()[piece * size + k];
}

}  // namespace

template <class T>
void convolve(const Convolution& c, const T* x, const T* w, const Epilogue<T>& epilogue, T* y) {
  const Patches<T> patches(c);
  if (is_flat<T>(c)) {
    const std::size_t size = c.out_channels * c.output_plane();
    return share(c, patches.batches(), [&](std::size_t batch) {
      for_each_image(c, patches, batch, x, [&](const T* image, std::size_t n) {
        convolve_planes(c, image, patches.offsets(), w, epilogue, y + n * size);
      });
    });
  }
  const std::size_t of_group = panels<T>(c.group_out()), plane = c.output_plane();
  const Scratch<T> packed(c.groups * of_group * c.patch() * width<T>);
  pack_weights(c, w, packed.data());
  share(c, patches.batches(), [&](std::size_t batch) {
    const std::size_t first = patches.first(batch), samples = patches.size(batch);
    const Scratch<T> image(patches.image_size()), panel(samples * plane * width<T>);
    const T* from = patches.image(x, batch, image.data());
    for (std::size_t k = 0; k < c.groups * of_group; ++k) {
      const std::size_t group = k / of_group, count = columns<T>(c.group_out(), k % of_group);
      const std::size_t channel = group * c.group_out() + k % of_group * width<T>;
      multiply_blocks<T>(
          samples * plane, count, c.patch(), [&](std::size_t i) { return from + patches.place(group, i); },
          patches.offsets(), packed.data() + k * c.patch() * width<T>,
          [&](std::size_t i) { return panel.data() + i * width<T>; }, false);
      for (std::size_t n = 0; n < samples; ++n)
        finish_planes(panel.data() + n * plane * width<T>, plane, count, epilogue, channel,
                      y + ((first + n) * c.out_channels + channel) * plane);
    }
  });
}

template <class T>
void convolve_input_gradient(const Convolution& c, const T* g, const T* w, T* dx) {
  if (can_turn(c) && is_flat<T>(turned(c))) {
    const Scratch<T> weights(c.out_channels * c.patch());
    turn_weights(c, w, weights.data());
    return convolve(turned(c), g, weights.data(), Epilogue<T>{}, dx);
  }
  const Patches<T> patches(c);
  const std::size_t of_group = panels<T>(c.group_in()), plane = c.output_plane(), out = c.group_out();
  const std::size_t taps = c.rows.taps * c.columns.taps, padded = c.rows.padded() * c.columns.padded();
  const Scratch<T> packed(c.groups * of_group * taps * out * width<T>);
  pack_weights_by_tap(c, w, packed.data());
  std::vector<std::ptrdiff_t> channels(out);
  for (std::size_t o = 0; o < out; ++o) channels[o] = static_cast<std::ptrdiff_t>(o * plane);
  share(c, patches.batches(), [&](std::size_t batch) {
    const std::size_t first = patches.first(batch), samples = patches.size(batch);
    const Scratch<T> panel(samples * padded * width<T>);
    for (std::size_t k = 0; k < c.groups * of_group; ++k) {
      const std::size_t group = k / of_group, count = columns<T>(c.group_in(), k % of_group);
      const std::size_t channel = group * c.group_in() + k % of_group * width<T>;
      const T* planes = g + (first * c.out_channels + group * out) * plane;
      panel.fill(T(0));
      for (std::size_t tap = 0; tap < taps; ++tap) {
        const auto g_row = [&](std::size_t i) { return planes + patches.output_place(i); };
        const auto dx_row = [&](std::size_t i) { return panel.data() + patches.place_in_panel(i, tap) * width<T>; };
        multiply_blocks<T>(samples * plane, count, out, g_row, channels.data(),
                           packed.data() + (k * taps + tap) * out * width<T>, dx_row, true);
      }
      for (std::size_t n = 0; n < samples; ++n)
        patches.crop(panel.data() + n * padded * width<T>, width<T>, count,
                     dx + ((first + n) * c.in_channels + channel) * c.input_plane());
    }
  });
}

template <class T>
void convolve_weight_gradient(const Convolution& c, const T* x, const T* g, T* dw) {
  const Patches<T> patches(c);
  const std::size_t of_group = panels<T>(c.group_out()), plane = c.output_plane();
  if (is_flat<T>(c) && c.group_out() < static_cast<std::size_t>(Lane<T>::width)) {
    const std::size_t size = c.out_channels * c.patch();
    const Scratch<T> sums(Sums(patches.batches()).count * size);
    sum_over_batches(c, patches.batches(), sums, size, [&](std::size_t batch, T* sum) {
      for_each_image(c, patches, batch, x, [&](const T* image, std::size_t n) {
        add_weight_gradient_of_planes(c, image, patches.offsets(), g + n * c.out_channels * plane, sum);
      });
    });
    std::copy_n(sums.data(), size, dw);
    return;
  }
  const std::size_t size = c.groups * of_group * c.patch() * width<T>;
  const Scratch<T> sums(Sums(patches.batches()).count * size);
  sum_over_batches(c, patches.batches(), sums, size, [&](std::size_t batch, T* sum) {
    const Scratch<T> image(patches.image_size()), panel(patches.size(0) * plane * width<T>);
    const std::size_t first = patches.first(batch), samples = patches.size(batch);
    const T* from = patches.image(x, batch, image.data());
    for (std::size_t k = 0; k < c.groups * of_group; ++k) {
      const std::size_t group = k / of_group, count = columns<T>(c.group_out(), k % of_group);
      const std::size_t channel = group * c.group_out() + k % of_group * width<T>;
      for (std::size_t n = 0; n < samples; ++n) {
        const T* planes = g + ((first + n) * c.out_channels + channel) * plane;
        pack<width<T>>(Matrix<const T>{planes, 1, plane}, plane, count, panel.data() + n * plane * width<T>);
      }
      T* of_panel = sum + k * c.patch() * width<T>;
      multiply_blocks<T>(
          c.patch(), count, samples * plane,
          [&](std::size_t i) { return from + patches.offsets()[i] + patches.place(group, 0); }, patches.places(),
          panel.data(), [&](std::size_t i) { return of_panel + i * width<T>; }, true);
    }
  });
  for (std::size_t k = 0; k < c.groups * of_group; ++k) {
    const std::size_t group = k / of_group, count = columns<T>(c.group_out(), k % of_group);
    const std::size_t channel = group * c.group_out() + k % of_group * width<T>;
    transpose(sums.data() + k * c.patch() * width<T>, width<T>, c.patch(), count, dw + channel * c.patch(), c.patch());
  }
}

template void convolve(const Convolution&, const float*, const float*, const Epilogue<float>&, float*);
template void convolve(const Convolution&, const double*, const double*, const Epilogue<double>&, double*);
template void convolve_input_gradient(const Convolution&, const float*, const float*, float*);
template void convolve_input_gradient(const Convolution&, const double*, const double*, double*);
template void convolve_weight_gradient(const Convolution&, const float*, const float*, float*);
template void convolve_weight_gradient(const Convolution&, const double*, const double*, double*);

}  // namespace wengert::kernel
