#pragma once

#include <autograd/kernel/convolution.hpp>

#include <vector>

namespace wengert::kernel {

/// Where a convolution's operands are. Samples are dealt with a batch at a time, so many that their places fill tiles.
/// Element k = (channel, row tap, column tap) of the patch at place p of a batch is at image + place(group, p) +
/// offsets()[k]; the image is x itself, or a copy in padded planes.
template <class T>
class Patches {
 public:
  explicit Patches(const Convolution& c);

  std::size_t batches() const;
  std::size_t first(std::size_t batch) const { return batch * batch_size_; }
  std::size_t size(std::size_t batch) const;

  /// The size of the copy that `image` writes: none if x is read as it is.
  std::size_t image_size() const;
  /// The samples of a batch: in x, or copied to `copy`.
  const T* image(const T* x, std::size_t batch, T* copy) const;

  const std::ptrdiff_t* offsets() const { return offsets_.data(); }
  const std::ptrdiff_t* places() const { return places_.data(); }
  std::ptrdiff_t place(std::size_t group, std::size_t i) const {
    return places_[i] + static_cast<std::ptrdiff_t>(group * c_.group_in() * plane_);
  }

  /// Where a tap at place i of a batch is among the padded planes, counted in places.
  std::size_t place_in_panel(std::size_t i, std::size_t tap) const { return padded_places_[i] + padded_taps_[tap]; }
  /// Where place i of a batch is in the output, from the first of the batch on.
  std::size_t output_place(std::size_t i) const { return output_places_[i]; }
  /// The planes of `count` channels without their padding, from a panel of padded places.
  void crop(const T* panel, std::size_t width, std::size_t count, T* to) const;

 private:
  Convolution c_;
  bool copied_;
  std::size_t plane_;  ///< of one channel of the image
  std::size_t batch_size_;
  std::vector<std::ptrdiff_t> offsets_, places_;
  std::vector<std::size_t> padded_places_, padded_taps_, output_places_;
};

}  // namespace wengert::kernel
