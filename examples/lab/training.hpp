#pragma once

#include <datasets/split.hpp>
#include <nn/nn.hpp>

// One training of the lab: a network of equal layers on the small digits.

namespace lab {

using namespace wengert;

enum class Activation { sigmoid, tanh, relu };
/// Glorot's is that of Keras, which the documents use; He's is made for ReLU.
enum class Weights { glorot, he };
enum class Rule { sgd, adam };

/// What a training is like. Where an experiment says nothing else it is as written here.
struct Setting {
  bool batch_norm = false;
  std::size_t depth = 5;  ///< hidden layers
  std::size_t width = 32;
  Activation activation = Activation::relu;
  Weights weights = Weights::glorot;
  double scale = 1.0;  ///< times what the weights start with
  Rule rule = Rule::sgd;
  double learning_rate = 0.1;
  std::size_t batch_size = 32;
  std::size_t epochs = 10;
  bool watched = false;    ///< whether what goes on inside is recorded
  std::uint64_t seed = 1;  ///< of the weights and the batches; the same with and without batch norm
};

/// What came out.
struct Outcome {
  nn::History history;                        ///< of the complete epochs: loss, accuracy, val_loss, val_accuracy
  bool diverged = false;                      ///< ended by a number that was not finite
  double train_accuracy = 0.0;                ///< in evaluation mode, as the network was in the end
  double test_accuracy = 0.0;                 ///< likewise
  double batch_accuracy = 0.0;                ///< on the test part, each batch normalised by its own statistics
  std::vector<nn::EpochStatistics> epochs{};  ///< of a training that was watched
};

/// Hidden layers Linear, BatchNorm1d if it is wanted, activation; then Linear to 10 classes.
nn::Sequential<float> network_of(const Setting& setting);

/// The digits with pixels from 0 to 1, one in five of each class to test.
datasets::Split<float> load_digits(std::uint64_t seed);

/// So many of the samples to train with, each class in its share, and all to test.
datasets::Split<float> fewer(const datasets::Split<float>& digits, std::size_t samples);

Outcome train(const Setting& setting, const datasets::Split<float>& digits);

}  // namespace lab
