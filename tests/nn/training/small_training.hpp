#pragma once

#include <datasets/dataset.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <sstream>

namespace wengert::training_tests {

/// Samples of one feature with their labels.
inline datasets::Dataset<double> samples(const std::vector<double>& x, std::vector<std::size_t> labels) {
  datasets::Dataset<double> data{empty<double>({x.size(), std::size_t{1}}), std::move(labels), {}, {}};
  std::copy(x.begin(), x.end(), data.inputs.data());
  return data;
}

/// Random samples of four features with labels 0, 1, 2 in turn.
inline datasets::Dataset<double> random_samples(std::size_t count, std::uint64_t seed = 3) {
  Generator generator(seed);
  datasets::Dataset<double> data{generator.normal<double>({count, std::size_t{4}}), {}, {}, {}};
  for (std::size_t n = 0; n < count; ++n) data.labels.push_back(n % 3);
  return data;
}

/// 4-5-3 with batch norm.
inline nn::Sequential<double> small_network(std::uint64_t seed = 1) {
  Generator generator(seed);
  return nn::Sequential<double>{nn::Linear<double>(4, 5, generator), nn::BatchNorm1d<double>(5), nn::ReLU<double>(),
                                nn::Linear<double>(5, 3, generator)};
}

/// One feature to two classes, logits (w0 x, w1 x) without bias.
inline nn::Linear<double> two_classes(double w0, double w1) {
  Generator generator(1);
  nn::Linear<double> layer(1, 2, generator, {.bias = false});
  Array<double>& weight = layer.weight().mutable_value();
  weight(0, 0) = w0;
  weight(1, 0) = w1;
  return layer;
}

/// All parameters and buffers.
inline std::vector<Array<double>> state_of(nn::Module<double>& model) {
  std::vector<Array<double>> arrays;
  for (const Var<double>& parameter : model.parameters()) arrays.push_back(parameter.value());
  for (const auto& [name, buffer] : model.named_buffers()) arrays.push_back(*buffer);
  return arrays;
}

inline nn::FitOptions<double> silent(std::size_t epochs, std::size_t batch_size = 32) {
  return {.epochs = epochs, .batch_size = batch_size, .verbose = nn::Verbose::silent};
}

/// A training of which a test makes the numbers up.
class MadeUpTraining {
 public:
  explicit MadeUpTraining(const std::string& column) : history_({column}) {}

  /// Calls what a training with these numbers calls, until it is stopped; returns the epochs.
  std::size_t run(nn::Callback<double>& callback, const std::vector<double>& numbers) {
    callback.on_train_begin(training_);
    for (double number : numbers) {
      ++training_.epoch;
      callback.on_epoch_begin(training_);
      model.weight().set_value(full<double>({2, 1}, static_cast<double>(training_.epoch)));
      history_.add({number});
      callback.on_epoch_end(training_);
      rates.push_back(optimizer.learning_rate());
      if (training_.stop) break;
    }
    callback.on_train_end(training_);
    return training_.epoch;
  }

  std::string text() const { return messages_.str(); }

  nn::Linear<double> model = two_classes(0.0, 0.0);  ///< whose weights are the number of the epoch
  optim::Optimizer<optim::SGD, double> optimizer{model.parameters(), optim::SGD{.learning_rate = 1.0}};
  std::vector<double> rates;  ///< after each epoch

 private:
  nn::History history_;
  std::ostringstream messages_;
  nn::Training<double> training_{
      .model = model, .optimizer = optimizer, .history = history_, .messages = messages_, .epochs = 100, .batches = 1};
};

}  // namespace wengert::training_tests
