#pragma once

#include <nn/module.hpp>

namespace wengert::nn {

// What the layers that normalise share.

/// The scale γ and the shift β behind a normalisation, which start at 1 and 0, or stay there if they are not trained.
template <class T>
struct Affine {
  Var<T> weight;
  Var<T> bias;

  Affine(const Shape& shape, bool is_trained);
  /// As a module lists them; none if they are not trained.
  std::vector<Named<Var<T>>> parameters() const;
};

/// The shapes of inputs with channels on axis 1: (N, C), (N, C, L), (N, C, H, W), as far as a layer takes them.
struct ChannelShapes {
  std::size_t channels;
  std::size_t least_rank;
  std::size_t most_rank;

  bool contains(const Shape& shape) const;
};
/// `(N, 3) or (N, 3, L)`
std::string to_string(const ChannelShapes& shapes);

/// The number of positions of each channel, L or H · W.
std::size_t positions_of(const Shape& shape);
/// The axes of the positions, {2, 3} for (N, C, H, W).
Axes position_axes(std::size_t rank);

/// One number for each channel, (C), in a shape that broadcasts to an input of that rank: (C, 1, 1) for (N, C, H, W).
template <class T>
Var<T> per_channel(const Var<T>& parameter, std::size_t rank);

/// Throws an Error in the name of the layer unless epsilon is positive and finite.
void require_epsilon(std::string_view layer, double epsilon);

}  // namespace wengert::nn

template <>
struct fmt::formatter<wengert::nn::ChannelShapes> : wengert::TextFormatter {};
