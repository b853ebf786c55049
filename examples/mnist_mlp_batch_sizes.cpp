// A Keras tutorial's comparison of batch sizes, with its network as it stands there, which puts batch normalisation
// behind the softmax and calls the result logits, and with the network as it was meant.
#include "support/experiment.hpp"

using namespace examples;

namespace {

enum class Architecture { without_batch_norm, as_documented, corrected };

std::string name_of(Architecture architecture) {
  switch (architecture) {
    case Architecture::without_batch_norm:
      return "no BN, softmax";
    case Architecture::as_documented:
      return "BN behind softmax";
    case Architecture::corrected:
      break;
  }
  return "BN before relu";
}

/// As documented: Flatten, Dense 128 relu, Dense 64 relu, Dense 10 softmax, and BN over the ten probabilities.
/// Corrected: batch norm before each relu, and the last Dense layer gives the logits.
nn::Sequential<float> make_network(Architecture architecture, std::size_t features, const Options& options) {
  const Defaults defaults = defaults_of(options);
  const bool corrected = architecture == Architecture::corrected;
  Generator generator(options.seed);
  nn::Sequential<float> net{nn::Flatten()};
  for (const std::size_t width : {std::size_t{128}, std::size_t{64}}) {
    net.add(nn::Linear(features, width, generator, defaults.linear));
    if (corrected) net.add(nn::BatchNorm1d(width, defaults.batch_norm));
    net.add(nn::ReLU());
    features = width;
  }
  net.add(nn::Linear(features, 10, generator, defaults.linear));
  if (!corrected) net.add(nn::Softmax());
  if (architecture == Architecture::as_documented) net.add(nn::BatchNorm1d(10, defaults.batch_norm));
  return net;
}

struct Plan {
  Architecture architecture;
  std::size_t batch_size;
  std::string name;
};

/// The network without batch norm once, and both others at every batch size.
std::vector<Plan> plans_of(const std::vector<std::size_t>& batch_sizes) {
  std::vector<Plan> plans{
      {Architecture::without_batch_norm, batch_sizes.front(),
       fmt::format("{}, batch {}", name_of(Architecture::without_batch_norm), batch_sizes.front())}};
  for (const Architecture architecture : {Architecture::as_documented, Architecture::corrected}) {
    for (const std::size_t size : batch_sizes) {
      plans.push_back({architecture, size, fmt::format("{}, batch {}", name_of(architecture), size)});
    }
  }
  return plans;
}

/// Both losses are told that the outputs are logits; as documented they are not.
bool train_one(const Plan& plan, const Options& options, const datasets::Split<float>& images,
               std::vector<Trained>& trainings) {
  nn::Sequential<float> net = make_network(plan.architecture, features_of(images.train), options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  return train(plan.name, net, optimizer, options, images.train,
               {.batch_size = plan.batch_size, .validation = &images.test}, trainings);
}

/// The validation curves of both networks with batch norm, as far as they have been trained, one for each batch size.
std::vector<nn::Figure> validation_figures(const std::vector<Trained>& trainings) {
  nn::Figure figure{.title = "Validation accuracy by batch size"};
  for (const Architecture architecture : {Architecture::as_documented, Architecture::corrected}) {
    const std::string name = name_of(architecture);
    std::vector<nn::NamedHistory> histories;
    for (const Trained& trained : trainings) {
      if (trained.name.starts_with(name)) histories.push_back({trained.name.substr(name.size() + 2), trained.history});
    }
    if (histories.empty()) continue;  // after Ctrl-C
    figure.panels.push_back(nn::comparison(histories, "val_accuracy", name, "validation accuracy"));
  }
  if (figure.panels.empty()) return {};
  return {figure};
}

/// What is wrong with the documented network, with the numbers of this run.
std::vector<std::string> explained(const std::vector<Trained>& trainings) {
  const double least_loss = std::log(1.0 + 9.0 * std::exp(-1.0));
  return {
      fmt::format(
          "A softmax gives numbers from 0 to 1. A cross-entropy with from_logits=True takes them for logits and "
          "applies the softmax again: even a network that is sure of every class has a loss of log(1 + 9/e) = "
          "{:.4f}. Here it ends at {:.4f}, with an accuracy of {:.4f} all the same.",
          least_loss, last(trainings.front(), "loss"), last(trainings.front(), "accuracy")),
      "Batch norm behind the softmax spreads the ten probabilities out again, by a gamma and a beta for each class, so "
      "that the loss can fall. But what an image is taken for then depends on the other images of its batch, and the "
      "hidden layers, where batch norm keeps the inputs of relu in range, have none.",
      "Corrected: batch norm before each relu, and the outputs of the last Dense layer are the logits, with no softmax "
      "behind them."};
}

int run(const Options& options, const std::vector<std::size_t>& batch_sizes) {
  const datasets::Split<float> images = load_images(options);
  fmt::print("{}: {} images to train with, {} to validate with\n", options.data, images.train.size(),
             images.test.size());
  std::vector<Trained> trainings;
  for (const Plan& plan : plans_of(batch_sizes)) {
    if (!train_one(plan, options, images, trainings)) break;
  }
  if (trainings.empty()) return 1;

  const nn::Table table = final_table(trainings);
  fmt::print("\n{}:\n{}\n", table.caption, to_text(table));
  const std::vector<std::string> notes = explained(trainings);
  for (const std::string& note : notes) fmt::print("{}\n", note);
  save(options, trainings,
       {.title = "Batch sizes, and batch normalisation in the wrong and in the right place",
        .notes = notes,
        .tables = {table},
        .figures = validation_figures(trainings),
        .configuration = {{"batch sizes", fmt::format("{}", fmt::join(batch_sizes, ", "))}}});
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.out = "out/mnist_mlp_batch_sizes"};
  std::vector<std::size_t> batch_sizes{32, 128, 512};
  CLI::App app("Compares batch sizes with a Keras tutorial's network as documented and as it was meant.",
               "mnist_mlp_batch_sizes");
  add_options(app, options);
  add_data_option(app, options);
  app.add_option("--batch-size", batch_sizes, "samples of a step, one or more numbers")->check(whole_number(2));
  if (const auto status = parse(app, count, arguments)) return *status;
  return run_experiment(options, [&] { return run(options, batch_sizes); });
}
