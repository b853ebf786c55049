// The convolutional network of a Keras tutorial on batch normalisation, with
// and without it, on the digits of MNIST.
#include "support/experiment.hpp"

#include <algorithm>

using namespace examples;

namespace {

constexpr double least_accuracy = 0.990;  // in validation on MNIST, with batch norm, within five epochs

struct Architecture {
  bool batch_norm = true;
  bool before_activation = false;  ///< batch norm before each ReLU; the document has it after
};

/// Appends ReLU and batch norm of so many channels, in the order of the
/// architecture.
template <class BatchNorm>
void add_activation(nn::Sequential<float>& net, const Architecture& architecture, std::size_t channels,
                    const Defaults& defaults) {
  if (!architecture.before_activation) net.add(nn::ReLU());
  if (architecture.batch_norm) net.add(BatchNorm(channels, defaults.batch_norm));
  if (architecture.before_activation) net.add(nn::ReLU());
}

/// Conv 32, pool, Conv 64, pool, Conv 64, Flatten, Dense 64, each of them with
/// ReLU and batch norm, Dense 10, softmax. The same seed gives the layers the
/// same weights with and without batch norm.
nn::Sequential<float> make_network(const Architecture& architecture, std::size_t side, const Options& options) {
  const Defaults defaults = defaults_of(options);
  const nn::ConvOptions conv = options.torch ? nn::ConvOptions::torch() : nn::ConvOptions::keras();
  Generator generator(options.seed);
  nn::Sequential<float> net;
  std::size_t channels = 1;
  for (const std::size_t width : {std::size_t{32}, std::size_t{64}, std::size_t{64}}) {
    if (channels > 1) {
      net.add(nn::MaxPool2d(2));
      side /= 2;
    }
    net.add(nn::Conv2d(channels, width, 3, generator,
                       conv));  // (N, C, H, W) -> (N, width, H - 2, W - 2)
    add_activation<nn::BatchNorm2d<float>>(net, architecture, width, defaults);
    channels = width;
    side -= 2;
  }
  net.add(nn::Flatten()).add(nn::Linear(channels * side * side, 64, generator, defaults.linear));
  add_activation<nn::BatchNorm1d<float>>(net, architecture, 64, defaults);
  net.add(nn::Linear(64, 10, generator, defaults.linear)).add(nn::Softmax());
  return net;
}

/// The small digits as images (N, 1, 24, 24), each pixel three times as large:
/// three convolutions need that much.
datasets::Dataset<float> enlarged(datasets::Dataset<float> digits) {
  constexpr std::size_t small = 8, times = 3, large = small * times;
  Array<float> images = empty<float>({digits.size(), 1, large, large});
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::size_t row = i / large % large / times, column = i % large / times;
    images.data()[i] = digits.inputs.data()[i / (large * large) * small * small + row * small + column];
  }
  digits.inputs = std::move(images);
  digits.feature_names.clear();
  return digits;
}

datasets::Split<float> load(const Options& options) {
  datasets::Split<float> images = load_images(options);
  if (options.data == "digits") images = {enlarged(std::move(images.train)), enlarged(std::move(images.test))};
  return images;
}

bool train_one(const Architecture& architecture, const Options& options, const datasets::Split<float>& images,
               Trainings& trainings) {
  nn::Sequential<float> net = make_network(architecture, images.train.inputs.shape()[2], options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  return train(architecture.batch_norm ? "with batch norm" : "without batch norm", net, optimizer, options,
               images.train,
               {.batch_size = options.batch_size,
                .validation = &images.test,
                .loss = nn::cross_entropy_from_probabilities<float>},
               trainings);
}

/// Whether this is the run that the document is about.
bool is_documented(const Options& options) {
  return options.data == "mnist" && options.epochs == 5 && options.batch_size == 64 && !options.torch;
}

/// The document's two windows: both trainings, then both validations, in one
/// panel each.
std::vector<nn::Figure> documented_figures(const Trainings& trainings) {
  std::vector<nn::Figure> figures;
  for (const auto& [column, quantity] : {std::pair{"accuracy", "Accuracy"}, {"loss", "Loss"}}) {
    nn::Figure figure{.title = fmt::format("Model {} Comparison", quantity), .size = {640, 480}};
    nn::Panel panel{.title = figure.title, .y_label = quantity};
    for (const auto& [part, label] : {std::pair{"", "train"}, {"val_", "validation"}}) {
      for (std::size_t i = 0; i < trainings.size(); ++i) {
        panel.curves.push_back({.label = fmt::format("{} Batch Normalization ({})", i == 0 ? "With" : "Without", label),
                                .values = trainings[i].history[std::string(part) + column],
                                .colour = panel.curves.size()});
      }
    }
    panel = as_matplotlib(std::move(panel), "Epoch");
    panel.legend = quantity == std::string_view("Loss") ? nn::Legend::upper_right : nn::Legend::lower_right;
    figure.panels.push_back(std::move(panel));
    figures.push_back(std::move(figure));
  }
  return figures;
}

/// The document promises a network that converges faster and is more accurate;
/// what this run says of that.
std::vector<std::string> conclusions(const std::vector<Trainings>& seeds) {
  std::vector<std::string> notes{epoch_times(seeds.front())};
  if (seeds.front().size() < 2) return notes;
  notes.push_back(compared(seeds, "val_accuracy", 0, 1));
  notes.push_back(compared(seeds, "val_loss", 0, 1));
  return notes;
}

/// The least of the best accuracies in validation with batch norm that the
/// seeds have come to.
double least_of_best(const std::vector<Trainings>& seeds) {
  double least = 1.0;
  for (const Trainings& trainings : seeds) {
    const std::vector<double>& accuracies = trainings.front().history["val_accuracy"];
    least = std::min(least, *std::max_element(accuracies.begin(), accuracies.end()));
  }
  return least;
}

int run(const Options& options, bool before_activation) {
  const datasets::Split<float> images = load(options);
  print_sizes(options, images);
  const std::vector<Trainings> seeds = for_seeds(options, [&](const Options& with_seed, Trainings& trainings) {
    if (!train_one({true, before_activation}, with_seed, images, trainings)) return;
    train_one({false, before_activation}, with_seed, images, trainings);
  });
  if (seeds.empty()) return 1;

  const Trainings& trainings = seeds.front();
  std::vector<nn::NamedHistory> histories;
  for (const Trained& trained : trainings) histories.push_back({trained.name, trained.history});
  nn::Report report{
      .title = "A convolutional network with and without batch normalisation",
      .notes = conclusions(seeds),
      .tables = {final_table(trainings)},
      .figures = {{"Loss and accuracy", nn::loss_and_accuracy(histories)}},
      .configuration = {{"batch size", std::to_string(options.batch_size)},
                        {"batch norm", before_activation ? "before each activation" : "after each activation"}}};
  if (seeds.size() > 1) report.tables.push_back(spread_table(seeds));
  if (options.as_documented) report.figures = documented_figures(trainings);
  print_results(report);
  report.notes.push_back(
      fmt::format("Conv 32, 64 and 64 of 3 x 3, each with ReLU and batch norm {} it, "
                  "max-pooling of 2 x 2 between them, Dense 64 "
                  "likewise, Dense 10, softmax; Adam, categorical cross-entropy.",
                  before_activation ? "before" : "after"));
  save(options, trainings, std::move(report));

  const double least = least_of_best(seeds);
  if (!is_documented(options) || trainings.size() < 2 || least >= least_accuracy) return 0;
  fmt::print(stderr,
             "mnist_cnn_bn: val_accuracy with batch norm was {:.4f} at best "
             "with one of the seeds; expected {} or more\n",
             least, least_accuracy);
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.epochs = 5, .batch_size = 64, .out = "out/mnist_cnn_bn"};
  bool before_activation = false;
  CLI::App app(
      "Trains the convolutional network of a Keras tutorial with and "
      "without batch normalisation.",
      "mnist_cnn_bn");
  add_options(app, options);
  add_batch_size_option(app, options);
  add_data_option(app, options);
  add_seeds_option(app, options);
  app.add_flag("--before-activation", before_activation, "batch norm before each ReLU, not after it as documented");
  return run_experiment(app, count, arguments, options, [&] { return run(options, before_activation); });
}
