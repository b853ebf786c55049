#pragma once

#include <nn/sequential.hpp>

#include <string>
#include <vector>

namespace wengert::nn {

/// A network of which batch norms have become part of other layers.
template <class T>
struct Folded {
  Sequential<T> network;           ///< in evaluation mode
  std::vector<std::string> notes;  ///< what became of each batch norm: `1 (BatchNorm2d) is folded into 0 (Conv2d)`
};

/// A copy of a network for inference, in which batch norms are folded into a Conv2d, Conv1d or Linear beside them. In
/// evaluation batch norm is y = s x + t for each channel, with s = γ / sqrt(σ² + ε) and t = β - s μ of the running
/// statistics. So with the weight W and the bias b of the layer
///   before it   W ← s W, b ← s b + t      for each output channel (O)
///   behind it   W ← W s, b ← b + Σ W t    for each input channel (C)
/// which differs from the network by roundings alone. Pooling, dropout and (before a Linear) Flatten may stand between.
/// A batch norm stays where that would not be exact: beside an activation, before a convolution with padding, whose
/// zeros it does not shift, on the other side of average pooling that counts padding, or of max pooling if an s is
/// negative; and so does one without running statistics, and what is in modules within the network. A Linear is taken
/// to see rows (N, in), and a BatchNorm1d to see (N, C) unless there is a Conv1d too.
/// Throws an Error for a layer that cannot be copied.
template <class T>
Folded<T> fold_batch_norm(Sequential<T>& network);

}  // namespace wengert::nn
