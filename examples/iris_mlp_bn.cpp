// A Keras tutorial's network with batch normalisation for Fisher's irises, and how much its accuracy owes to chance.
#include "support/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace examples;

namespace {

constexpr double documented = 0.9333;  // the tutorial's accuracy on its test part

/// Dense 64 relu, BN, Dense 32 relu, BN, Dense 3 softmax.
nn::Sequential<float> make_network(const Options& options) {
  const Defaults defaults = defaults_of(options);
  Generator generator(options.seed);
  return nn::Sequential<float>{
      nn::Linear(4, 64, generator, defaults.linear),  nn::ReLU(),   nn::BatchNorm1d(64, defaults.batch_norm),
      nn::Linear(64, 32, generator, defaults.linear), nn::ReLU(),   nn::BatchNorm1d(32, defaults.batch_norm),
      nn::Linear(32, 3, generator, defaults.linear),  nn::Softmax()};
}

/// One in five of the 150 flowers to test, drawn without regard to the classes. The scaler is fitted to the training
/// part alone, so that nothing of the test part is known before.
datasets::Split<float> load_irises(std::uint64_t seed) {
  datasets::Split<float> irises =
      datasets::train_test_split(datasets::iris<float>(), {.test_size = 0.2, .seed = seed, .stratify = false});
  datasets::StandardScaler scaler;
  irises.train.inputs = scaler.fit_transform(irises.train.inputs);
  irises.test.inputs = scaler.transform(irises.test.inputs);
  return irises;
}

const nn::Loss<float> loss = nn::cross_entropy_from_probabilities<float>;

nn::FitOptions<float> fit_options(const Options& options) {
  return {.epochs = options.epochs,
          .batch_size = options.batch_size,
          .seed = options.seed,
          .validation_split = 0.1,
          .loss = loss};
}

/// The accuracies on the test parts of other seeds, which change the split, the weights and the batches.
std::vector<double> accuracies_of_seeds(Options options, std::size_t count) {
  std::vector<double> accuracies;
  std::ostream nowhere(nullptr);
  const nn::InterruptGuard guard;
  for (std::size_t i = 0; i < count && !guard.interrupted(); ++i, ++options.seed) {
    const datasets::Split<float> irises = load_irises(options.seed);
    nn::Sequential<float> net = make_network(options);
    optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
    nn::FitOptions<float> fit = fit_options(options);
    fit.verbose = nn::Verbose::silent;
    fit.messages = &nowhere;
    nn::fit(net, optimizer, irises.train, fit);
    if (!guard.interrupted()) accuracies.push_back(nn::evaluate(net, irises.test, {.loss = loss}).accuracy);
  }
  if (guard.interrupted()) fmt::print(stderr, "Interrupted after {} of {} seeds.\n", accuracies.size(), count);
  return accuracies;
}

/// Mean, standard deviation (over n - 1) and extremes.
std::string spread(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fmt::format("{:.4f} in the mean, deviation {:.4f}, from {:.4f} to {:.4f}", mean,
                     values.size() > 1 ? std::sqrt(squares / (n - 1.0)) : 0.0, *low, *high);
}

int run(const Options& options, std::size_t seeds) {
  const datasets::Split<float> irises = load_irises(options.seed);
  fmt::print("iris: {} flowers to train and validate with, {} to test\n", irises.train.size(), irises.test.size());
  nn::Sequential<float> net = make_network(options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  std::vector<Trained> trainings;
  const bool complete = train("one training", net, optimizer, options, irises.train, fit_options(options), trainings);
  if (trainings.empty()) return 1;

  const nn::Evaluation test = nn::evaluate(net, irises.test, {.loss = loss});
  std::vector<std::string> notes{
      fmt::format("Test accuracy with seed {}: {:.4f} ({} of {} flowers); loss {:.4f}. The "
                  "tutorial reports {:.4f}, 28 of 30.",
                  options.seed, test.accuracy, std::lround(test.accuracy * static_cast<double>(irises.test.size())),
                  irises.test.size(), test.loss, documented)};
  if (complete && seeds > 0) {
    const std::vector<double> accuracies = accuracies_of_seeds(options, seeds);
    if (!accuracies.empty()) {
      notes.push_back(fmt::format("Test accuracy over {} seeds, which change the split too: {}. One flower is {:.4f}.",
                                  accuracies.size(), spread(accuracies),
                                  1.0 / static_cast<double>(irises.test.size())));
    }
  }
  fmt::print("\n");
  for (const std::string& note : notes) fmt::print("{}\n", note);
  save(options, trainings,
       {.title = "An MLP with batch normalisation for irises",
        .notes = notes,
        .tables = {final_table(trainings)},
        .figures = {{"Loss and accuracy", nn::loss_and_accuracy({{trainings[0].name, trainings[0].history}})}},
        .configuration = {{"batch size", std::to_string(options.batch_size)}, {"seeds", std::to_string(seeds)}}});
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.data = "iris", .epochs = 50, .out = "out/iris_mlp_bn"};
  std::size_t seeds = 20;
  CLI::App app("Trains a Keras tutorial's network for irises, and says how its accuracy varies.", "iris_mlp_bn");
  add_options(app, options);
  add_batch_size_option(app, options);
  app.add_option("--seeds", seeds, "to train with, from --seed on, for mean and spread; 0 for none")
      ->check(whole_number(0));
  if (const auto status = parse(app, count, arguments)) return *status;
  return run_experiment(options, [&] { return run(options, seeds); });
}
