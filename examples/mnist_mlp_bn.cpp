// The network of a Keras tutorial on batch normalisation, with and without it, on the handwritten digits of MNIST.
#include "support/experiment.hpp"

using namespace examples;

namespace {

constexpr double least_accuracy = 0.978;  // in validation on MNIST, with batch norm, within ten epochs

// The tutorial's log with batch norm, an epoch a row.
const std::vector<std::string> columns{"loss", "accuracy", "val_loss", "val_accuracy"};
const std::vector<std::vector<double>> documented_log{
    {0.2493, 0.9288, 0.1058, 0.9658}, {0.1138, 0.9649, 0.0921, 0.9705}, {0.0849, 0.9738, 0.0846, 0.9732},
    {0.0710, 0.9775, 0.0691, 0.9781}, {0.0554, 0.9819, 0.0680, 0.9784}, {0.0525, 0.9830, 0.0692, 0.9787},
    {0.0429, 0.9860, 0.0693, 0.9787}, {0.0394, 0.9868, 0.0680, 0.9796}, {0.0378, 0.9872, 0.0728, 0.9788},
    {0.0315, 0.9895, 0.0626, 0.9802}};
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

/// The document's second training says nothing of its epochs (verbose=0).
bool train_one(bool with_batch_norm, const Options& options, const datasets::Split<float>& images,
               Trainings& trainings) {
  nn::Sequential<float> net = make_network(with_batch_norm, features_of(images.train), options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  const bool quiet = options.as_documented && !with_batch_norm;
  return train(with_batch_norm ? "with batch norm" : "without batch norm", net, optimizer, options, images.train,
               {.batch_size = options.batch_size,
                .validation = &images.test,
                .loss = nn::cross_entropy_from_probabilities<float>,
                .verbose = quiet ? nn::Verbose::silent : nn::Verbose::automatic},
               trainings);
}

void train_both(const Options& options, const datasets::Split<float>& images, Trainings& trainings) {
  if (train_one(true, options, images, trainings)) train_one(false, options, images, trainings);
}

/// Whether this is the run that the tutorial's figures, and ours, are about.
bool is_documented(const Options& options) {
  return options.data == "mnist" && options.epochs == 10 && options.batch_size == 32 && !options.torch;
}

/// Curves of the training alone, without batch norm first, in two panels without titles.
nn::Figure documented_figure(const Trainings& trainings) {
  std::vector<nn::NamedHistory> histories;
  for (const auto& [name, label] :
       {std::pair{"without batch norm", "No Batch Norm"}, {"with batch norm", "With Batch Norm"}}) {
    for (const Trained& trained : trainings) {
      if (trained.name == name) histories.push_back({label, trained.history});
    }
  }
  nn::Figure figure{.title = "Training curves", .size = {1200, 500}};
  for (const auto& [column, label] : {std::pair{"loss", "Loss"}, {"accuracy", "Accuracy"}}) {
    nn::Panel panel = as_matplotlib(nn::comparison(histories, column, "", label), "Epochs");
    panel.legend = column == std::string_view("loss") ? nn::Legend::upper_right : nn::Legend::lower_right;
    figure.panels.push_back(std::move(panel));
  }
  return figure;
}

/// What the numbers of the run say of batch norm, and how far they can be trusted.
std::vector<std::string> conclusions(const std::vector<Trainings>& seeds) {
  const Trainings& trainings = seeds.front();
  if (trainings.size() < 2) return {};
  return {compared(seeds, "val_accuracy", 0, 1), compared(seeds, "loss", 0, 1)};
}

std::vector<nn::Table> tables_of(const Options& options, const std::vector<Trainings>& seeds) {
  std::vector<nn::Table> tables = final_tables(seeds);
  if (is_documented(options)) tables.front().rows.push_back(documented);
  if (options.as_documented) tables.push_back(beside_log(documented_log, columns, seeds.front().front()));
  return tables;
}

int run(const Options& options) {
  const datasets::Split<float> images = load_images(options);
  print_sizes(options, images);
  const std::vector<Trainings> seeds = for_seeds(
      options, [&](const Options& with_seed, Trainings& trainings) { train_both(with_seed, images, trainings); });
  if (seeds.empty()) return 1;

  const Trainings& trainings = seeds.front();
  std::vector<nn::NamedHistory> histories;
  for (const Trained& trained : trainings) histories.push_back({trained.name, trained.history});
  nn::Report report{.title = "An MLP with and without batch normalisation",
                    .notes = conclusions(seeds),
                    .tables = tables_of(options, seeds),
                    .figures = {{"Loss and accuracy", nn::loss_and_accuracy(histories)}},
                    .configuration = {{"batch size", std::to_string(options.batch_size)}}};
  if (options.as_documented) report.figures = {documented_figure(trainings)};
  print_results(report);
  report.notes.push_back(
      "Flatten, Dense 128, BN, ReLU, Dense 64, BN, ReLU, Dense 10, softmax; Adam, sparse categorical cross-entropy. "
      "Loss and accuracy of the training are means over the batches of an epoch, as Keras shows them; validation is on "
      "the test set, after the epoch.");
  save(options, trainings, std::move(report));

  const double least = least_of_best_accuracies(seeds);
  if (!is_documented(options) || trainings.size() < 2 || least >= least_accuracy) return 0;
  fmt::print(
      stderr,
      "mnist_mlp_bn: val_accuracy with batch norm was {:.4f} at best with one of the seeds; expected {} or more\n",
      least, least_accuracy);
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.out = "out/mnist_mlp_bn", .inside = {"Softmax"}};
  CommandLine line("Trains the network of a Keras tutorial with and without batch normalisation.", "mnist_mlp_bn");
  add_options(line, options);
  add_batch_size_option(line, options);
  add_data_option(line, options);
  add_seeds_option(line, options);
  return run_experiment(line, count, arguments, options, [&] { return run(options); });
}
