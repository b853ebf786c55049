#pragma once

#include <cstddef>
#include <memory>
#include <vector>

// What libtorch is asked to do, without a header of libtorch: its file is compiled on its own.

namespace peer {

using Floats = std::vector<float>;

/// Batch norm in training mode, forward and backward, on copies of the given data. Shapes as in PyTorch.
class BatchNorm {
 public:
  BatchNorm(const std::vector<std::size_t>& shape, const Floats& x, const Floats& gamma, const Floats& beta,
            const Floats& cotangent);
  ~BatchNorm();
  /// torch::batch_norm, the native kernel.
  void native();
  /// The formula written with tensor operations: mean, square, rsqrt, products.
  void composed();
  /// The gradient of x that the last call computed.
  Floats gradient() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The training step of an MLP with batch norm: inputs - 128 - 64 - 10, cross-entropy, Adam.
class Mlp {
 public:
  Mlp(std::size_t inputs, const Floats& x, const std::vector<long>& labels);
  ~Mlp();
  /// One step on the whole batch; returns the loss.
  float step();
  /// Steps on all samples in random order, a batch at a time; returns their mean loss plus their accuracy.
  double epoch(std::size_t batch_size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

void use_threads(int threads);
const char* version();

}  // namespace peer
