// The convolutional network of a Keras tutorial on batch normalisation, with and without it, on the digits of MNIST.
#include <autograd/base/process.hpp>
#include <autograd/check/compare.hpp>

#include "support/experiment.hpp"

#include <algorithm>
#include <limits>

using namespace examples;

namespace {

constexpr double least_accuracy = 0.990;  // in validation on MNIST, with batch norm, within five epochs

struct Variant {
  bool batch_norm = true;
  bool before_activation = false;  ///< batch norm before each ReLU; the document has it after
  bool logits = false;             ///< no softmax at the end, and labels as they are instead of one-hot rows
};

/// Conv 32, pool, Conv 64, pool, Conv 64, Flatten, Dense 64, each of them with ReLU and batch norm, Dense 10, softmax.
/// The same seed gives the layers the same weights with and without batch norm.
nn::Sequential<float> make_network(const Variant& variant, std::size_t side, const Options& options) {
  const Defaults defaults = defaults_of(options);
  nn::ConvOptions conv = options.torch ? nn::ConvOptions::torch() : nn::ConvOptions::keras();
  if (!variant.before_activation) conv.activation = Activation::relu;
  Generator generator(options.seed);
  nn::Sequential<float> net;
  std::size_t channels = 1;
  for (const std::size_t width : {std::size_t{32}, std::size_t{64}, std::size_t{64}}) {
    if (channels > 1) {
      net.add(nn::MaxPool2d(2));
      side /= 2;
    }
    net.add(nn::Conv2d(channels, width, 3, generator, conv));  // (N, C, H, W) -> (N, width, H - 2, W - 2)
    if (variant.batch_norm) net.add(nn::BatchNorm2d(width, defaults.batch_norm));
    if (variant.before_activation) net.add(nn::ReLU());
    channels = width;
    side -= 2;
  }
  net.add(nn::Flatten()).add(nn::Linear(channels * side * side, 64, generator, defaults.linear));
  if (!variant.before_activation) net.add(nn::ReLU());
  if (variant.batch_norm) net.add(nn::BatchNorm1d(64, defaults.batch_norm));
  if (variant.before_activation) net.add(nn::ReLU());
  net.add(nn::Linear(64, 10, generator, defaults.linear));
  if (!variant.logits) net.add(nn::Softmax());
  return net;
}

/// The small digits as images (N, 1, 24, 24), each pixel three times as large: three convolutions need that much.
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

/// Labels as rows of zeros with a one, as the document has them.
void make_one_hot(datasets::Dataset<float>& data) {
  data.targets = one_hot<float>(data.labels, 10);  // (N, 10)
  data.labels.clear();
}

datasets::Split<float> load(const Options& options, bool logits) {
  datasets::Split<float> images = load_images(options);
  if (options.data == "digits") images = {enlarged(std::move(images.train)), enlarged(std::move(images.test))};
  if (!logits) {
    make_one_hot(images.train);
    make_one_hot(images.test);
  }
  return images;
}

/// The seconds of the fastest of some runs.
double seconds_of(nn::Module<float>& net, const Var<float>& x) {
  double least = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 5; ++run) {
    const double before = base::seconds_since_start();
    net(x);
    least = std::min(least, base::seconds_since_start() - before);
  }
  return least;
}

/// What folding batch norm into the layers beside it buys in inference, measured with this network.
std::string folding_note(nn::Sequential<float>& net, const Array<float>& inputs) {
  nn::Folded<float> folded = nn::fold_batch_norm(net);
  const Var<float> x(datasets::slice_rows(inputs, 0, std::min<std::size_t>(inputs.shape()[0], 256)));
  const nn::EvaluationMode evaluation;
  const NoRecord pause;
  const Comparison outputs = compare("outputs", net(x).value(), folded.network(x).value(), {});
  std::string note = fmt::format(
      "Batch norm folded into the layers beside it, for inference: {} images take {:.1f} ms instead of {:.1f} ms, with "
      "outputs that differ by {:.0e} at most.",
      x.shape()[0], 1e3 * seconds_of(folded.network, x), 1e3 * seconds_of(net, x), outputs.max_difference);
  for (const std::string& line : folded.notes) note += fmt::format(" Layer {}.", line);
  return note;
}

/// Trains a network. A note on it is appended if it has batch norm and there is none yet.
bool train_one(const Variant& variant, const Options& options, const datasets::Split<float>& images,
               Trainings& trainings, std::string& folding) {
  nn::Sequential<float> net = make_network(variant, images.train.inputs.shape()[2], options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  const nn::Loss<float> one_hot_loss = nn::categorical_cross_entropy_from_probabilities<float>;
  const bool complete =
      train(variant.batch_norm ? "with batch norm" : "without batch norm", net, optimizer, options, images.train,
            {.batch_size = options.batch_size,
             .validation = &images.test,
             .loss = variant.logits ? nn::Loss<float>(nn::cross_entropy<float>) : one_hot_loss},
            trainings);
  if (complete && variant.batch_norm && folding.empty()) folding = folding_note(net, images.test.inputs);
  return complete;
}

/// Whether this is the run that the document is about.
bool is_documented(const Options& options, const Variant& variant) {
  return options.data == "mnist" && options.epochs == 5 && options.batch_size == 64 && !options.torch &&
         !variant.before_activation && !variant.logits;
}

/// The document's two windows: both trainings, then both validations, in one panel each.
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

/// The document promises a network that converges faster and is more accurate; what this run says of that.
std::vector<std::string> conclusions(const std::vector<Trainings>& seeds) {
  std::vector<std::string> notes{epoch_times(seeds.front())};
  if (seeds.front().size() < 2) return notes;
  if (seeds.front().front().history.epochs() > 1) notes.push_back(compared(seeds, "val_accuracy", 0, 1, 1));
  notes.push_back(compared(seeds, "val_accuracy", 0, 1));
  notes.push_back(compared(seeds, "val_loss", 0, 1));
  return notes;
}

std::vector<std::pair<std::string, std::string>> configuration(const Options& options, const Variant& network) {
  return {{"batch size", std::to_string(options.batch_size)},
          {"batch norm", network.before_activation ? "before each activation" : "after each activation"},
          {"loss", network.logits ? "sparse categorical cross-entropy from logits"
                                  : "categorical cross-entropy of one-hot labels on probabilities"}};
}

/// Whether the network is as accurate as it has to be, where that is known; says so if not.
bool is_good(const Options& options, const Variant& variant, const std::vector<Trainings>& seeds) {
  if (!is_documented(options, variant) || seeds.front().size() < 2) return true;
  const double least = least_of_best_accuracies(seeds);
  if (least >= least_accuracy) return true;
  fmt::print(
      stderr,
      "mnist_cnn_bn: val_accuracy with batch norm was {:.4f} at best with one of the seeds; expected {} or more\n",
      least, least_accuracy);
  return false;
}

int run(const Options& options, Variant variant) {
  const datasets::Split<float> images = load(options, variant.logits);
  print_sizes(options, images);
  std::string folding;
  const std::vector<Trainings> seeds = for_seeds(options, [&](const Options& with_seed, Trainings& trainings) {
    for (const bool batch_norm : {true, false}) {
      variant.batch_norm = batch_norm;
      if (!train_one(variant, with_seed, images, trainings, folding)) return;
    }
  });
  if (seeds.empty()) return 1;

  const Trainings& trainings = seeds.front();
  std::vector<nn::NamedHistory> histories;
  for (const Trained& trained : trainings) histories.push_back({trained.name, trained.history});
  nn::Report report{.title = "A convolutional network with and without batch normalisation",
                    .notes = conclusions(seeds),
                    .tables = final_tables(seeds),
                    .figures = {{"Loss and accuracy", nn::loss_and_accuracy(histories)}},
                    .configuration = configuration(options, variant)};
  if (!folding.empty()) report.notes.push_back(folding);
  if (options.as_documented) report.figures = documented_figures(trainings);
  print_results(report);
  report.notes.push_back(fmt::format(
      "Conv 32, 64 and 64 of 3 x 3, each with ReLU and batch norm {} it, max-pooling of 2 x 2 between them, Dense 64 "
      "likewise, Dense 10; Adam.",
      variant.before_activation ? "before" : "after"));
  save(options, trainings, std::move(report));
  return is_good(options, variant, seeds) ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.epochs = 5, .batch_size = 64, .out = "out/mnist_cnn_bn"};
  Variant variant;
  CommandLine line("Trains the convolutional network of a Keras tutorial with and without batch normalisation.",
                   "mnist_cnn_bn");
  add_options(line, options);
  add_batch_size_option(line, options);
  add_data_option(line, options);
  add_seeds_option(line, options);
  line.flag("--before-activation", variant.before_activation,
            "batch norm before each ReLU, not after it as documented");
  line.flag("--sparse", variant.logits,
            "labels as they are and the loss from logits, not one-hot rows and probabilities as documented");
  return run_experiment(line, count, arguments, options, [&] { return run(options, variant); });
}
