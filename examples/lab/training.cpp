#include "training.hpp"

#include <datasets/collections/digits.hpp>
#include <optim/optim.hpp>

#include <sstream>

namespace lab {
namespace {

nn::LinearOptions linear_options(const Setting& setting) {
  const bool he = setting.weights == Weights::he;
  return {.weight_initialiser = nn::VarianceScaling{.scale = (he ? 2.0 : 1.0) * setting.scale * setting.scale,
                                                    .fan = he ? nn::Fan::in : nn::Fan::average,
                                                    .distribution = nn::Distribution::uniform},
          .bias_initialiser = nn::init::zeros()};
}

std::unique_ptr<nn::Module<float>> activation_of(const Setting& setting) {
  if (setting.activation == Activation::sigmoid) return std::make_unique<nn::Sigmoid<float>>();
  if (setting.activation == Activation::tanh) return std::make_unique<nn::Tanh<float>>();
  return std::make_unique<nn::ReLU<float>>();
}

std::unique_ptr<optim::AnyOptimizer<float>> optimizer_of(const Setting& setting, nn::Module<float>& net) {
  if (setting.rule == Rule::adam) {
    const optim::Adam rule{.learning_rate = setting.learning_rate};
    return std::make_unique<optim::Optimizer<optim::Adam, float>>(net.parameters(), rule);
  }
  const optim::SGD rule{.learning_rate = setting.learning_rate};
  return std::make_unique<optim::Optimizer<optim::SGD, float>>(net.parameters(), rule);
}

double accuracy_of(nn::Module<float>& net, const datasets::Dataset<float>& data) {
  return nn::evaluate(net, data, {.batch_size = 512}).accuracy;
}

/// On a copy, as a forward pass in training mode changes the running statistics.
double batch_accuracy_of(nn::Sequential<float>& net, const datasets::Dataset<float>& data, std::size_t batch_size) {
  const auto copy = net.copy();
  copy->train();
  const NoRecord pause;
  datasets::DataLoader<float> loader(data, {.batch_size = batch_size, .shuffle = true, .seed = 1});
  double right = 0.0;
  for (const auto& batch : loader) {
    right += nn::accuracy((*copy)(batch.inputs), batch.labels) * static_cast<double>(batch.size());
  }
  return right / static_cast<double>(loader.samples());
}

nn::History fit(nn::Module<float>& net, const Setting& setting, const datasets::Split<float>& digits,
                std::vector<nn::Callback<float>*> callbacks, bool& diverged) {
  std::ostringstream ignored;  // advice to whoever trains for the result
  const std::unique_ptr<optim::AnyOptimizer<float>> optimizer = optimizer_of(setting, net);
  try {
    return nn::fit(net, *optimizer, digits.train,
                   {.epochs = setting.epochs,
                    .batch_size = setting.batch_size,
                    .seed = setting.seed,
                    .validation = &digits.test,
                    .callbacks = std::move(callbacks),
                    .verbose = nn::Verbose::silent,
                    .messages = &ignored});
  } catch (const nn::TrainingNotFinite& error) {
    diverged = true;
    return error.history();
  }
}

}  // namespace

nn::Sequential<float> network_of(const Setting& setting) {
  Generator generator(setting.seed);
  const nn::LinearOptions options = linear_options(setting);
  nn::Sequential<float> net;
  std::size_t features = 64;
  for (std::size_t layer = 0; layer < setting.depth; ++layer) {
    net.add(nn::Linear(features, setting.width, generator, options));
    if (setting.batch_norm) net.add(nn::BatchNorm1d(setting.width));
    net.add(activation_of(setting));
    features = setting.width;
  }
  net.add(nn::Linear(features, 10, generator, options));
  return net;
}

datasets::Split<float> load_digits(std::uint64_t seed) {
  datasets::Dataset<float> digits = datasets::digits<float>();
  digits.inputs /= 16.0F;
  return datasets::train_test_split(digits, {.test_size = 0.2, .seed = seed});
}

datasets::Split<float> fewer(const datasets::Split<float>& digits, std::size_t samples) {
  const double share = (static_cast<double>(samples) - 0.5) / static_cast<double>(digits.train.size());
  return {datasets::train_test_split(digits.train, {.test_size = share, .seed = 1}).test, digits.test};
}

Outcome train(const Setting& setting, const datasets::Split<float>& digits) {
  nn::Sequential<float> net = network_of(setting);
  nn::RecordStatistics<float> recorded;
  bool diverged = false;
  std::vector<nn::Callback<float>*> callbacks;
  if (setting.watched) callbacks.push_back(&recorded);
  nn::History history = fit(net, setting, digits, std::move(callbacks), diverged);
  return {.history = std::move(history),
          .diverged = diverged,
          .train_accuracy = accuracy_of(net, digits.train),
          .test_accuracy = accuracy_of(net, digits.test),
          .batch_accuracy = batch_accuracy_of(net, digits.test, setting.batch_size),
          .epochs = std::move(recorded).epochs()};
}

}  // namespace lab
