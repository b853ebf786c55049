#pragma once

#include <datasets/dataset.hpp>
#include <nn/module.hpp>
#include <nn/training/loss.hpp>
#include <nn/training/running_mean.hpp>

namespace wengert::nn {

template <class T>
struct EvaluateOptions {
  std::size_t batch_size = 32;
  Loss<T> loss = default_loss<T>;
};

/// Mean loss and accuracy of a network over a dataset, batch by batch, in evaluation mode and without recording. The
/// modes of the network are as before when it returns or throws. Throws an Error if batch_size is 0, the dataset is
/// empty, or a sample does not fit the network.
template <class T>
Evaluation evaluate(Module<T>& model, const datasets::Dataset<T>& data, const EvaluateOptions<T>& options = {});

struct PredictOptions {
  std::size_t batch_size = 32;
};

/// The outputs of a network for N inputs (N, ...), likewise: logits (N, K) of a classifier. Throws an Error if
/// batch_size is 0, there is no input, or the inputs do not fit the network.
template <class T>
Array<T> predict(Module<T>& model, const Array<T>& inputs, const PredictOptions& options = {});

}  // namespace wengert::nn
