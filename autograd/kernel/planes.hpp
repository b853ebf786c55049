#pragma once

#include <autograd/kernel/convolution.hpp>

namespace wengert::kernel {

// Convolutions of few channels, such as the first one of a network or one with a group for every channel: too few for
// lanes of channels, so that lanes are places of a row here. One sample at a time; planes are read and written where
// they lie.

/// Whether lanes of places suit a convolution: windows side by side, rows as long as a lane, and either few output
/// channels or small patches.
template <class T>
bool is_flat(const Convolution& c);

/// The convolution that leads from dy to dx, with the weights of `turned`: where nothing is skipped, the gradient is a
/// convolution as well. Its windows have no meaning if the padding reaches further than the window.
Convolution turned(const Convolution& c);
/// Whether `turned` has a meaning.
bool can_turn(const Convolution& c);
/// w (O, C / groups, taps) as weights of `turned`, (C, O / groups, taps), each window back to front.
template <class T>
void turn_weights(const Convolution& c, const T* w, T* to);

/// The output planes of one sample from its image, whose planes are padded. `offsets` says where the elements of a
/// patch are.
template <class T>
void convolve_planes(const Convolution& c, const T* image, const std::ptrdiff_t* offsets, const T* w,
                     const Epilogue<T>& epilogue, T* y);

/// Adds what one sample contributes to the gradient of the weights.
template <class T>
void add_weight_gradient_of_planes(const Convolution& c, const T* image, const std::ptrdiff_t* offsets, const T* g,
                                   T* dw);

}  // namespace wengert::kernel
