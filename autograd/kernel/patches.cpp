#include <autograd/kernel/patches.hpp>
#include <autograd/kernel/transpose.hpp>

namespace wengert::kernel {
namespace {

constexpr std::size_t least_places = 96;  // of a batch: then the last tile, which may be incomplete, matters little

}  // namespace

template <class T>
Patches<T>::Patches(const Convolution& c) : c_(c) {
  const std::size_t height = c.rows.padded(), width = c.columns.padded(), plane = c.output_plane();
  copied_ = height != c.rows.input || width != c.columns.input;
  plane_ = height * width;
  batch_size_ = std::clamp<std::size_t>((least_places + plane - 1) / plane, 1, std::max<std::size_t>(c.samples, 1));
  for (std::size_t channel = 0; channel < c.group_in(); ++channel)
    for (std::size_t u = 0; u < c.rows.taps; ++u)
      for (std::size_t v = 0; v < c.columns.taps; ++v) {
        const std::size_t tap = u * c.rows.dilation * width + v * c.columns.dilation;
        if (channel == 0) padded_taps_.push_back(tap);
        offsets_.push_back(static_cast<std::ptrdiff_t>(channel * plane_ + tap));
      }
  for (std::size_t n = 0; n < batch_size_; ++n)
    for (std::size_t i = 0; i < c.rows.output; ++i)
      for (std::size_t j = 0; j < c.columns.output; ++j) {
        const std::size_t place = i * c.rows.stride * width + j * c.columns.stride;
        places_.push_back(static_cast<std::ptrdiff_t>(n * c.in_channels * plane_ + place));
        padded_places_.push_back(n * plane_ + place);
        output_places_.push_back(n * c.out_channels * plane + i * c.columns.output + j);
      }
}

template <class T>
std::size_t Patches<T>::batches() const {
  return (c_.samples + batch_size_ - 1) / batch_size_;
}

template <class T>
std::size_t Patches<T>::size(std::size_t batch) const {
  return std::min(batch_size_, c_.samples - std::min(c_.samples, first(batch)));
}

template <class T>
std::size_t Patches<T>::image_size() const {
  return copied_ ? batch_size_ * c_.in_channels * plane_ : 0;
}

template <class T>
const T* Patches<T>::image(const T* x, std::size_t batch, T* copy) const {
  const T* from = x + first(batch) * c_.in_channels * c_.input_plane();
  if (!copied_) return from;
  const std::size_t planes = size(batch) * c_.in_channels, width = c_.columns.padded();
  std::fill_n(copy, planes * plane_, T(0));
  T* to = copy + c_.rows.before * width + c_.columns.before;
  for (std::size_t k = 0; k < planes; ++k, to += plane_)
    for (std::size_t row = 0; row < c_.rows.input; ++row, from += c_.columns.input)
      std::copy_n(from, c_.columns.input, to + row * width);
  return copy;
}

template <class T>
void Patches<T>::crop(const T* panel, std::size_t width, std::size_t count, T* to) const {
  if (!copied_) return transpose(panel, width, plane_, count, to, plane_);
  for (std::size_t row = 0; row < c_.rows.input; ++row) {
    const std::size_t place = (row + c_.rows.before) * c_.columns.padded() + c_.columns.before;
    transpose(panel + place * width, width, c_.columns.input, count, to + row * c_.columns.input, c_.input_plane());
  }
}

template class Patches<float>;
template class Patches<double>;

}  // namespace wengert::kernel
