// The network of a Keras tutorial on batch normalisation, with and without it, on the handwritten digits of MNIST.
#include "support/experiment.hpp"

#include <algorithm>

using namespace examples;

namespace {

constexpr double least_accuracy = 0.978;  // in validation on MNIST, with batch norm, within ten epochs

// What the tutorial's log ends with, with batch norm.
const std::vector<std::string> documented{"the tutorial, with batch norm", "0.0315", "0.9895", "0.0626", "0.9802"};

/// Flatten, Dense 128, BN, ReLU, Dense 64, BN, ReLU, Dense 10, softmax. The same seed gives the Dense layers the same
/// weights with and without batch norm.
nn::Sequential<float> make_network(bool with_batch_norm, std::size_t features, const Options& options) {
  const Defaults defaults = defaults_of(options);
  Generator generator(options.seed);
  nn::Sequential<float> net{nn::Flatten()};
  for (const std::size_t width : {std::size_t{128}, std::size_t{64}}) {
    net.add(nn::Linear(features, width, generator, defaults.linear));
    if (with_batch_norm) net.add(nn::BatchNorm1d(width, defaults.batch_norm));
    net.add(nn::ReLU());
    features = width;
  }
  net.add(nn::Linear(features, 10, generator, defaults.linear)).add(nn::Softmax());
  return net;
}

bool train_one(bool with_batch_norm, const Options& options, const datasets::Split<float>& images,
               std::vector<Trained>& trainings) {
  nn::Sequential<float> net = make_network(with_batch_norm, features_of(images.train), options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  return train(with_batch_norm ? "with batch norm" : "without batch norm", net, optimizer, options, images.train,
               {.batch_size = options.batch_size,
                .validation = &images.test,
                .loss = nn::cross_entropy_from_probabilities<float>},
               trainings);
}

/// Whether this is the run that the tutorial's figures, and ours, are about.
bool is_documented(const Options& options) {
  return options.data == "mnist" && options.epochs == 10 && options.batch_size == 32 && !options.torch;
}

int run(const Options& options) {
  const datasets::Split<float> images = load_images(options);
  fmt::print("{}: {} images to train with, {} to validate with\n", options.data, images.train.size(),
             images.test.size());
  std::vector<Trained> trainings;
  if (train_one(true, options, images, trainings)) train_one(false, options, images, trainings);
  if (trainings.empty()) return 1;

  nn::Table table = final_table(trainings);
  if (is_documented(options)) table.rows.push_back(documented);
  fmt::print("\n{}:\n{}", table.caption, to_text(table));
  std::vector<nn::NamedHistory> histories;
  for (const Trained& trained : trainings) histories.push_back({trained.name, trained.history});
  save(options, trainings,
       {.title = "An MLP with and without batch normalisation",
        .notes = {"Flatten, Dense 128, BN, ReLU, Dense 64, BN, ReLU, Dense 10, softmax; Adam, sparse categorical "
                  "cross-entropy. Loss and accuracy of the training are means over the batches of an epoch, as Keras "
                  "shows them; validation is on the test set, after the epoch."},
        .tables = {table},
        .figures = {{"Loss and accuracy", nn::loss_and_accuracy(histories)}},
        .configuration = {{"batch size", std::to_string(options.batch_size)}}});

  const std::vector<double>& accuracies = trainings.front().history["val_accuracy"];
  const double best = *std::max_element(accuracies.begin(), accuracies.end());
  if (!is_documented(options) || trainings.size() < 2 || best >= least_accuracy) return 0;
  fmt::print(stderr, "mnist_mlp_bn: val_accuracy with batch norm was {:.4f} at best; expected {} or more\n", best,
             least_accuracy);
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.out = "out/mnist_mlp_bn"};
  CLI::App app("Trains the network of a Keras tutorial with and without batch normalisation.", "mnist_mlp_bn");
  add_options(app, options);
  add_batch_size_option(app, options);
  add_data_option(app, options);
  if (const auto status = parse(app, count, arguments)) return *status;
  return run_experiment(options, [&] { return run(options); });
}
