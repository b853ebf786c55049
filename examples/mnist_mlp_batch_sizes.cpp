// A Keras tutorial's comparison of batch sizes, with its network as it stands there, which puts batch normalisation
// behind the softmax and calls the result logits, and with the network as it was meant.
#include "support/experiment.hpp"

#include <cmath>

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

/// The network without batch norm once, and both others at every batch size; as documented, not the corrected one.
std::vector<Plan> plans_of(const Options& options, const std::vector<std::size_t>& batch_sizes) {
  std::vector<Plan> plans{
      {Architecture::without_batch_norm, batch_sizes.front(),
       fmt::format("{}, batch {}", name_of(Architecture::without_batch_norm), batch_sizes.front())}};
  for (const Architecture architecture : {Architecture::as_documented, Architecture::corrected}) {
    if (options.as_documented && architecture == Architecture::corrected) continue;
    for (const std::size_t size : batch_sizes) {
      plans.push_back({architecture, size, fmt::format("{}, batch {}", name_of(architecture), size)});
    }
  }
  return plans;
}

/// The loss is told that the outputs are logits, which they are not as documented. Keras 2 looks through a softmax at
/// the end of a network, as the warning in the document says, and takes the logits before it: so do we as documented.
bool train_one(const Plan& plan, const Options& options, const datasets::Split<float>& images, Trainings& trainings) {
  nn::Sequential<float> net = make_network(plan.architecture, features_of(images.train), options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  nn::FitOptions<float> fit{.batch_size = plan.batch_size, .validation = &images.test};
  if (options.as_documented && plan.architecture == Architecture::without_batch_norm) {
    fit.loss = nn::cross_entropy_from_probabilities<float>;
  }
  return train(plan.name, net, optimizer, options, images.train, fit, trainings);
}

/// The trainings of one network, named by what follows the first words of their names.
std::vector<nn::NamedHistory> trained_as(Architecture architecture, const Trainings& trainings,
                                         const std::string& label) {
  std::vector<nn::NamedHistory> histories;
  for (const Trained& trained : trainings) {
    const std::string start = name_of(architecture) + ", batch ";
    if (trained.name.starts_with(start))
      histories.push_back({label + trained.name.substr(start.size()), trained.history});
  }
  return histories;
}

/// The document's one figure of 10 x 6 inches.
nn::Figure documented_figure(const std::vector<nn::NamedHistory>& histories) {
  nn::Figure figure{.title = "Validation Accuracy with Different Batch Sizes", .size = {1000, 600}};
  figure.panels.push_back(
      as_matplotlib(nn::comparison(histories, "val_accuracy", figure.title, "Validation Accuracy"), "Epoch"));
  figure.panels.back().legend = nn::Legend::lower_right;
  return figure;
}

/// The validation curves of both networks with batch norm, as far as they have been trained, in panels of one scale,
/// and beside them that of the network without.
std::vector<nn::Figure> validation_figures(const Options& options, const Trainings& trainings) {
  nn::Figure figure{.title = "Validation accuracy by batch size"};
  for (const Architecture architecture : {Architecture::as_documented, Architecture::corrected}) {
    std::vector<nn::NamedHistory> histories = trained_as(architecture, trainings, "batch ");
    if (histories.empty()) continue;  // after Ctrl-C
    if (options.as_documented) {
      return {documented_figure(trained_as(architecture, trainings, "Batch Size "))};
    }
    histories.push_back({trainings.front().name, trainings.front().history});
    figure.panels.push_back(nn::comparison(histories, "val_accuracy", name_of(architecture), "validation accuracy"));
  }
  nn::same_scale(figure.panels);
  if (figure.panels.empty()) return {};
  return {figure};
}

/// How far the running statistics, with which batch norm validates, are from their initial values.
std::string lag(const Options& options, std::size_t images, std::size_t batch_size) {
  const std::size_t steps = options.epochs * ((images + batch_size - 1) / batch_size);
  const double share = *defaults_of(options).batch_norm.momentum;
  return fmt::format("batch {}: {} steps, {:.1f} %", batch_size, steps,
                     100.0 * std::pow(1.0 - share, static_cast<double>(steps)));
}

std::string lags(const Options& options, std::size_t images, const std::vector<std::size_t>& batch_sizes) {
  std::string text =
      "Validation uses running statistics, which begin at 0 and 1 and take in a share of each batch. What is left of "
      "the "
      "beginning after the last step: ";
  for (const std::size_t size : batch_sizes) {
    text += (size == batch_sizes.front() ? "" : "; ") + lag(options, images, size);
  }
  return text +
         ". Where that is more than a few percent, a low accuracy in validation says more of the statistics than "
         "of the network.";
}

/// What is wrong with the documented network, with the numbers of this run.
std::vector<std::string> explained(const Options& options, const Trainings& trainings) {
  const double least_loss = std::log(1.0 + 9.0 * std::exp(-1.0));
  const std::string of_this_run =
      options.as_documented
          ? fmt::format(
                "Keras looks through a softmax at the end of a network and warns, so the network without batch "
                "norm was trained on its logits: its loss is {:.4f}. With batch norm behind the softmax it cannot.",
                last(trainings.front(), "loss"))
          : fmt::format("Without batch norm it ends here at {:.4f}, with an accuracy of {:.4f} all the same.",
                        last(trainings.front(), "loss"), last(trainings.front(), "accuracy"));
  return {
      fmt::format("The document's slip: its network ends in a softmax, whose numbers are from 0 to 1. A cross-entropy "
                  "with from_logits=True takes them for logits and applies the softmax again: even a network that is "
                  "sure of every class has a loss of log(1 + 9/e) = {:.4f}. {}",
                  least_loss, of_this_run),
      "Batch norm behind the softmax spreads the ten probabilities out again, by a gamma and a beta for each class, so "
      "that the loss can fall. But what an image is taken for in training then depends on the other images of its "
      "batch, and the hidden layers, where batch norm keeps the inputs of relu in range, have none.",
      options.as_documented
          ? "Without --as-documented the network as it was meant is trained beside it."
          : "Corrected: batch norm before each relu, and the outputs of the last Dense layer are the logits, with no "
            "softmax behind them."};
}

/// The networks with batch norm in both places, compared at each batch size, as far as they have been trained.
std::vector<std::string> comparisons(const std::vector<Trainings>& seeds, std::size_t batch_sizes) {
  std::vector<std::string> lines;
  for (std::size_t i = 1; i <= batch_sizes && i + batch_sizes < seeds.front().size(); ++i) {
    lines.push_back(compared(seeds, "val_accuracy", i + batch_sizes, i));
  }
  return lines;
}

int run(const Options& options, const std::vector<std::size_t>& batch_sizes) {
  const datasets::Split<float> images = load_images(options);
  print_sizes(options, images);
  const std::vector<Trainings> seeds = for_seeds(options, [&](const Options& with_seed, Trainings& trainings) {
    for (const Plan& plan : plans_of(options, batch_sizes)) {
      if (!train_one(plan, with_seed, images, trainings)) break;
    }
  });
  if (seeds.empty()) return 1;

  const Trainings& trainings = seeds.front();
  nn::Report report{.title = "Batch sizes, and batch normalisation in the wrong and in the right place",
                    .notes = comparisons(seeds, batch_sizes.size()),
                    .tables = final_tables(seeds),
                    .figures = validation_figures(options, trainings),
                    .configuration = {{"batch sizes", fmt::format("{}", fmt::join(batch_sizes, ", "))}}};
  report.notes.push_back(lags(options, images.train.size(), batch_sizes));
  for (const std::string& text : explained(options, trainings)) report.notes.push_back(text);
  print_results(report);
  save(options, trainings, std::move(report));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.out = "out/mnist_mlp_batch_sizes"};
  std::vector<std::size_t> batch_sizes{32, 128, 512};
  CommandLine line("Compares batch sizes with a Keras tutorial's network as documented and as it was meant.",
                   "mnist_mlp_batch_sizes");
  add_options(line, options);
  add_data_option(line, options);
  add_seeds_option(line, options);
  line.numbers("--batch-size", batch_sizes, 2, "samples of a step, one or more numbers");
  return run_experiment(line, count, arguments, options, [&] { return run(options, batch_sizes); });
}
