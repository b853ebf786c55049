// A Keras tutorial's network with batch normalisation for Fisher's irises, and how much its accuracy owes to chance.
#include <autograd/base/process.hpp>
#include <nn/training/console/progress_text.hpp>

#include "support/experiment.hpp"
#include "support/scikit_split.hpp"

#include <array>
#include <cmath>

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
/// part alone, so that nothing of the test part is known before. As documented, the test part is that of scikit-learn
/// with random_state=42, and the scaler is fitted to all flowers.
datasets::Split<float> load_irises(const Options& options) {
  datasets::StandardScaler scaler;
  datasets::Dataset<float> flowers = datasets::iris<float>();
  if (options.as_documented) {
    flowers.inputs = scaler.fit_transform(flowers.inputs);
    return scikit_split(flowers, 0.2, 42);
  }
  datasets::Split<float> irises =
      datasets::train_test_split(flowers, {.test_size = 0.2, .seed = options.seed, .stratify = false});
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
          .loss = loss,
          .verbose = options.as_documented ? nn::Verbose::silent : nn::Verbose::automatic};
}

/// The accuracies on the test parts of other seeds, which change the split, the weights and the batches.
std::vector<double> accuracies_of_seeds(Options options) {
  const std::size_t count = options.seeds;
  std::vector<double> accuracies;
  std::ostream nowhere(nullptr);
  const nn::InterruptGuard guard;
  for (std::size_t i = 0; i < count && !guard.interrupted(); ++i, ++options.seed) {
    const datasets::Split<float> irises = load_irises(options);
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

/// The two lines in which the document evaluates its network, with the numbers of this run.
std::string evaluation_lines(const nn::Evaluation& test, double seconds) {
  const nn::EpochProgress one_step{
      .step = 1, .steps = 1, .elapsed = seconds, .step_seconds = seconds, .complete = true};
  const std::array metrics{nn::Metric{"accuracy", test.accuracy}, nn::Metric{"loss", test.loss}};
  return fmt::format("{}\nModel with Batch Normalization - Test Accuracy: {:.4f}",
                     nn::bar_text(one_step, metrics, false), test.accuracy);
}

nn::Table evaluation_table(const nn::Evaluation& test) {
  return {.caption = "On the test part",
          .header = {"", "accuracy", "loss"},
          .rows = {{"the document", "0.9333", "0.2210"},
                   {"here", fmt::format("{:.4f}", test.accuracy), fmt::format("{:.4f}", test.loss)}}};
}

/// What differs from what one would do, or from what the document says.
std::vector<std::string> slips(const Options& options) {
  if (!options.as_documented) {
    return {
        "The scaler is fitted to the training part; the document fits it to all flowers, the test part included "
        "(--as-documented does so too)."};
  }
  return {
      "The document's slips: its scaler knows the test part, whose mean and deviation it is fitted with too; and its "
      "text has batch norm before the activation, while its network has it after (\"Batch Normalization layer after "
      "activation\").",
      "The test part is that of scikit-learn's random_state=42, flower by flower; weights and batches come from other "
      "random numbers than Keras's."};
}

std::string statement(const Options& options, const nn::Evaluation& test, std::size_t flowers) {
  return fmt::format(
      "Test accuracy with seed {}: {:.4f} ({} of {} flowers); loss {:.4f}. The tutorial reports {:.4f}, "
      "28 of 30.",
      options.seed, test.accuracy, std::lround(test.accuracy * static_cast<double>(flowers)), flowers, test.loss,
      documented);
}

/// The first step of a training, of eight flowers, from the network's input to the gradient of every weight.
int step_through(const Options& options) {
  const datasets::Dataset<float> train = load_irises(options).train;
  const Var<float> x = Var<float>(datasets::slice_rows(train.inputs, 0, 8)).named("x");
  nn::Sequential<float> net = make_network(options);
  Tape<float> tape;
  const Var<float> y = net(x);
  step(tape, nn::cross_entropy_from_probabilities(y, Indices(train.labels.begin(), train.labels.begin() + 8)));
  return 0;
}

int run(const Options& options) {
  const datasets::Split<float> irises = load_irises(options);
  fmt::print("iris: {} flowers to train and validate with, {} to test\n", irises.train.size(), irises.test.size());
  nn::Sequential<float> net = make_network(options);
  optim::Optimizer optimizer(net.parameters(), defaults_of(options).adam);
  Trainings trainings;
  const bool complete = train("one training", net, optimizer, options, irises.train, fit_options(options), trainings);
  if (trainings.empty()) return 1;

  const double before = base::seconds_since_start();
  const nn::Evaluation test = nn::evaluate(net, irises.test, {.loss = loss});
  if (options.as_documented) fmt::print("{}\n", evaluation_lines(test, base::seconds_since_start() - before));
  nn::Report report{
      .title = "An MLP with batch normalisation for irises",
      .notes = {statement(options, test, irises.test.size())},
      .tables = {evaluation_table(test), final_table(trainings)},
      .figures = {{"Loss and accuracy", nn::loss_and_accuracy({{"", trainings[0].history}})}},
      .configuration = {{"batch size", std::to_string(options.batch_size)}, {"seeds", std::to_string(options.seeds)}}};
  if (complete && options.seeds > 1) {
    const std::vector<double> accuracies = accuracies_of_seeds(options);
    if (!accuracies.empty()) {
      report.notes.push_back(
          fmt::format("Test accuracy over {} seeds, which change {}weights and batches: {}. One flower is {:.4f}.",
                      accuracies.size(), options.as_documented ? "" : "the split, ", to_string(spread_of(accuracies)),
                      1.0 / static_cast<double>(irises.test.size())));
    }
  }
  for (const std::string& slip : slips(options)) report.notes.push_back(slip);
  print_results(report);
  save(options, trainings, std::move(report));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Options options{.data = "iris", .epochs = 50, .out = "out/iris_mlp_bn", .seeds = 20};
  CommandLine line("Trains a Keras tutorial's network for irises, and says how its accuracy varies.", "iris_mlp_bn");
  add_options(line, options);
  add_batch_size_option(line, options);
  add_seeds_option(line, options);
  bool in_terminal = false;
  line.flag("--step", in_terminal, "step through the first step of the training, and train nothing");
  return run_experiment(line, count, arguments, options,
                        [&] { return in_terminal ? step_through(options) : run(options); });
}
