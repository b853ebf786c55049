#pragma once

#include <cstddef>
#include <memory>
#include <string>
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

/// The training step of the documents' convolutional network: Conv 32, 64, 64 with ReLU, batch norm and pools, Dense
/// 64, Dense 10, cross-entropy, Adam, on images of 28x28.
class Cnn {
 public:
  Cnn(bool batch_norm, const Floats& x, const std::vector<long>& labels);
  ~Cnn();
  float step();
  /// The forward pass in evaluation mode, without gradients.
  void infer();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A layer without parameters in training mode on random numbers (N, C, S, S), forward and backward.
class Layer {
 public:
  /// relu, max_pool (2x2) or dropout (a quarter).
  Layer(const std::string& name, const std::vector<std::size_t>& shape);
  ~Layer();
  void run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A convolution on random numbers: extents of x (N, C, S, S) and of the window.
struct ConvolutionShape {
  std::size_t samples, in_channels, out_channels, side, taps, stride, padding, groups;
};

class Convolution {
 public:
  explicit Convolution(const ConvolutionShape& shape);
  ~Convolution();
  void forward();
  /// Forward, and the gradients of input, weight and bias.
  void backward();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

void use_threads(int threads);
const char* version();

}  // namespace peer
