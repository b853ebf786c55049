#pragma once

#include <nn/module.hpp>
#include <optim/any_optimizer.hpp>

#include <string>

namespace wengert::nn {

template <class T>
struct SummaryOptions {
  optim::AnyOptimizer<T>* optimizer = nullptr;  ///< adds what it remembers, such as m and v of Adam
  std::size_t width = 0;                        ///< in characters; 0 fits it to the terminal, 88 at most
};

/// A table of a network's layers as Keras prints it, for samples of a given shape, without the batch: names, output
/// shapes, numbers of parameters and their sizes. What is not trained are the buffers, such as the running mean and
/// variance of batch norm; parameters that layers share are counted once in the totals. A module in the network is
/// followed by what is in it, `block.left (Linear)`. The shapes are those of a run on zeros, in evaluation mode, which
/// changes nothing. Keras counts two numbers more for an optimizer: its steps and its learning rate.
///   fmt::print("{}", nn::summary(net, {784}));
/// Throws an Error that names the layer which such an input does not fit, or if the width is too small.
template <class T>
std::string summary(Module<T>& model, const Shape& input_shape, const SummaryOptions<T>& options = {});

/// The name that Keras gives to the first layer of a class: `batch_norm1d` of `BatchNorm1d`.
std::string snake_case(const std::string& type);

}  // namespace wengert::nn
