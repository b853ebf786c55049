#pragma once

#include <nn/layers/convolution.hpp>
#include <nn/layers/linear.hpp>

#include <memory>
#include <vector>

namespace wengert::nn {

/// y = scale · x + shift for each channel.
struct ChannelMap {
  std::vector<double> scale;
  std::vector<double> shift;
};

/// The numbers of a layer that is linear in its input: W (O, C / groups, taps) and b (O).
struct LinearNumbers {
  std::size_t outputs;
  std::size_t inputs;  ///< of a group
  std::size_t taps;
  std::size_t groups;
  std::vector<double> weight;
  std::vector<double> bias;

  /// W ← scale W, b ← scale b + shift for each output channel.
  void follow_with(const ChannelMap& map);
  /// W ← W scale, b ← b + Σ W shift for each input channel.
  void precede_with(const ChannelMap& map);
};

/// A layer of a network as one that is linear in its input: a Linear, Conv1d or Conv2d, if it is one.
template <class T>
class LinearLayer {
 public:
  explicit LinearLayer(const Module<T>& layer);

  bool exists() const { return linear_ != nullptr || convolution_ != nullptr; }
  /// Whether it works along the last axis, not along that of the channels.
  bool is_of_rows() const { return linear_ != nullptr; }
  bool has_activation() const;
  bool has_padding() const;
  std::size_t inputs() const;
  std::size_t outputs() const;

  /// Its numbers for an input of so many channels, each of which is several features of a Linear behind a Flatten.
  LinearNumbers numbers(std::size_t channels) const;
  /// A layer of its kind and with its options, with a bias, that has these numbers.
  std::unique_ptr<Module<T>> with(const LinearNumbers& numbers) const;

 private:
  const Linear<T>* linear_;
  const Convolution<T>* convolution_;
};

extern template class LinearLayer<float>;
extern template class LinearLayer<double>;

}  // namespace wengert::nn
