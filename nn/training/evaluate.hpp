#pragma once

#include <datasets/dataset.hpp>
#include <nn/module.hpp>
#include <nn/training/loss.hpp>
#include <nn/training/metrics.hpp>

#include <limits>

namespace wengert::nn {

/// Loss and metrics over some samples.
struct Evaluation {
  double loss = 0.0;
  double accuracy = std::numeric_limits<double>::quiet_NaN();  ///< NaN if that is not among the metrics
  std::vector<NamedNumber> numbers{};                          ///< the loss and all metrics

  /// The number of a name, `loss` or that of a metric. Throws an Error if there is none.
  double operator[](std::string_view name) const;
};

template <class T>
struct EvaluateOptions {
  std::size_t batch_size = 32;
  Loss<T> loss = default_loss<T>;
  Metrics<T> metrics{};  ///< by default those that suit the loss
};

/// Mean loss and metrics of a network over a dataset, batch by batch, in evaluation mode and without recording. The
/// network is not changed, not even its mode, so that several threads may evaluate one network. Throws an Error if
/// batch_size is 0, the dataset is empty, or a sample does not fit the network.
template <class T>
Evaluation evaluate(Module<T>& model, const datasets::Dataset<T>& data, const EvaluateOptions<T>& options = {});

struct PredictOptions {
  std::size_t batch_size = 32;
};

/// The outputs of a network for N inputs (N, ...), likewise: logits (N, K) of a classifier, of which `argmax` gives the
/// classes. Throws an Error if batch_size is 0, there is no input, or the inputs do not fit the network.
template <class T>
Array<T> predict(Module<T>& model, const Array<T>& inputs, const PredictOptions& options = {});

}  // namespace wengert::nn
