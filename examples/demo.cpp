// The main job: the gradient of batch normalisation derived, printed and checked; then the same network trained on
// handwritten digits with and without batch normalisation.
#include <autograd/autograd.hpp>
#include <autograd/base/process.hpp>
#include <autograd/base/read_file.hpp>
#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>
#include <autograd/base/write_file.hpp>
#include <autograd/explain/pictures/save_array.hpp>
#include <autograd/explain/pictures/save_graph.hpp>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <nn/training/history.hpp>
#include <nn/training/report/figure.hpp>
#include <nn/training/report/origin.hpp>
#include <nn/training/report/report.hpp>
#include <optim/optim.hpp>

#include <iostream>

#include "support/batch_norm_derivation.hpp"
#include "support/command_line.hpp"

using namespace wengert;
using datasets::DataLoader;
using datasets::Dataset;
using datasets::Split;
using nn::History;

namespace {

constexpr double least_accuracy = 0.97;  // on the test part, with batch norm, at the default options
constexpr double milestone = 0.95;

struct Options {
  std::uint64_t seed = 1;
  std::size_t epochs = 15;
  std::filesystem::path out = "out";
};

/// A training, as far as it came.
struct Trained {
  bool with_batch_norm;
  History history{{"train_loss", "train_accuracy", "test_loss", "test_accuracy"}};

  const char* label() const { return with_batch_norm ? "with batch norm" : "without batch norm"; }
};

/// Without batch norm, and then with it; fewer after Ctrl-C.
using Trainings = std::vector<Trained>;

bool interrupted() { return nn::InterruptGuard().interrupted(); }

/// The digits with pixels from 0 to 1 instead of 0 to 16, one in five of each class to test.
Split<float> load_digits(std::uint64_t seed) {
  Dataset<float> digits = datasets::digits<float>();
  digits.inputs /= 16.0F;
  return datasets::train_test_split(digits, {.test_size = 0.2, .seed = seed});
}

/// 64-128-64-10. The same seed gives the Linear layers the same weights with and without batch norm.
nn::Sequential<float> make_network(bool with_batch_norm, std::uint64_t seed) {
  Generator generator(seed);
  nn::Sequential<float> net;
  std::size_t features = 64;
  for (std::size_t width : {std::size_t{128}, std::size_t{64}}) {
    net.add(nn::Linear(features, width, generator));
    if (with_batch_norm) net.add(nn::BatchNorm1d(width));
    net.add(nn::ReLU());
    features = width;
  }
  net.add(nn::Linear(features, 10, generator));
  return net;
}

struct Score {
  double loss, accuracy;
};

Score evaluate(nn::Sequential<float>& net, const Dataset<float>& data) {
  const NoRecord pause;
  net.eval();
  const Var<float> logits = net(data.inputs);  // (N, K)
  net.train();
  return {nn::cross_entropy(logits, data.labels).item(), nn::accuracy(logits, data.labels)};
}

Trained train(bool with_batch_norm, const Split<float>& digits, const Options& options) {
  Trained result{.with_batch_norm = with_batch_norm};
  nn::Sequential<float> net = make_network(with_batch_norm, options.seed);
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
  DataLoader loader(digits.train, {.batch_size = 32, .seed = options.seed});
  fmt::print("\nTraining {}\n", result.label());
  for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
    for (const auto& batch : loader) {
      if (interrupted()) return result;
      Tape tape;
      const Var<float> loss = nn::cross_entropy(net(batch.inputs), batch.labels);
      optimizer.zero_grad();
      tape.backward(loss);
      optimizer.step();
    }
    const Score train = evaluate(net, digits.train), test = evaluate(net, digits.test);
    result.history.add({train.loss, train.accuracy, test.loss, test.accuracy});
    fmt::print("epoch {:2}/{}  train loss {:.4f} accuracy {:.4f}  test loss {:.4f} accuracy {:.4f}\n", epoch,
               options.epochs, train.loss, train.accuracy, test.loss, test.accuracy);
    std::fflush(stdout);
  }
  return result;
}

/// Both trainings, of which the second is not begun after Ctrl-C; without those that have no complete epoch.
Trainings train_both(const Split<float>& digits, const Options& options) {
  Trainings trainings;
  for (const bool with_batch_norm : {false, true}) {
    if (interrupted()) break;
    trainings.push_back(train(with_batch_norm, digits, options));
    if (trainings.back().history.epochs() == 0) trainings.pop_back();
  }
  if (!interrupted()) return trainings;
  fmt::print(stderr, "\nInterrupted: what follows is not all.\n");
  for (const Trained& trained : trainings) {
    fmt::print(stderr, "{} of {} epochs {} are complete.\n", trained.history.epochs(), options.epochs, trained.label());
  }
  return trainings;
}

void print_table(const History& without, const History& with) {
  fmt::print("\n{:>5}  {:>20}  {:>20}\n{:>5}  {:>9} {:>10}  {:>9} {:>10}\n", "", "without batch norm",
             "with batch norm", "epoch", "test loss", "accuracy", "test loss", "accuracy");
  for (std::size_t i = 0; i < with.epochs(); ++i) {
    fmt::print("{:>5}  {:>9.4f} {:>10.4f}  {:>9.4f} {:>10.4f}\n", i + 1, without["test_loss"][i],
               without["test_accuracy"][i], with["test_loss"][i], with["test_accuracy"][i]);
  }
}

nn::Panel panel_of(const std::string& quantity, const Trainings& trainings) {
  nn::Panel panel{.title = "Handwritten digits: " + quantity, .y_label = quantity};
  for (const char* part : {"train", "test"}) {
    for (const Trained& trained : trainings) {
      panel.curves.push_back({.label = fmt::format("{}, {}", part, trained.label()),
                              .values = trained.history[part + ("_" + quantity)],
                              .colour = trained.with_batch_norm ? std::size_t{0} : std::size_t{1},
                              .dashed = part == std::string_view("train")});
    }
  }
  return panel;
}

/// The first epoch after which the test accuracy was `milestone` or more, in words.
std::string first_epoch(const Trained& trained) {
  const std::vector<double>& accuracy = trained.history["test_accuracy"];
  const auto found = std::find_if(accuracy.begin(), accuracy.end(), [](double a) { return a >= milestone; });
  if (found == accuracy.end()) return fmt::format("not reached {}", trained.label());
  return fmt::format("after epoch {} {}", found - accuracy.begin() + 1, trained.label());
}

double last(const Trained& trained, const char* column) { return trained.history[column].back(); }

std::string gradient_lesson(const demo::Agreement& agreement) {
  return fmt::format(
      "The derived gradient of batch norm equals the hand-derived one to {:.1e}, finite differences to {:.1e}.",
      agreement.with_hand_derived, agreement.with_differences.worst_error);
}

std::vector<std::string> lessons(const Trained& without, const Trained& with, std::size_t images) {
  return {fmt::format("Test accuracy {:.2f}: {}, {}.", milestone, first_epoch(with), first_epoch(without)),
          fmt::format(
              "Test accuracy at the end: {:.4f} with and {:.4f} without batch norm; one of the {} images is {:.4f}.",
              last(with, "test_accuracy"), last(without, "test_accuracy"), images, 1.0 / static_cast<double>(images)),
          fmt::format("Test loss at the end: {:.4f} with and {:.4f} without batch norm.", last(with, "test_loss"),
                      last(without, "test_loss")),
          "That is one seed; with --seed 2 the numbers differ."};
}

nn::Table final_table(const Trainings& trainings) {
  nn::Table table{.caption = "After the last complete epoch", .header = {""}};
  for (const std::string& column : trainings.front().history.columns()) table.header.push_back(column);
  for (const Trained& trained : trainings) {
    table.rows.push_back({trained.label()});
    for (const std::string& column : trained.history.columns()) {
      table.rows.back().push_back(fmt::format("{:.4f}", last(trained, column.c_str())));
    }
  }
  return table;
}

/// Writes the histories into one table, or each into its own if they are of different lengths.
std::vector<std::filesystem::path> save_histories(const Trainings& trainings, const std::filesystem::path& folder) {
  const auto name = [](const Trained& trained) { return trained.with_batch_norm ? "batch_norm" : "plain"; };
  const bool one_table = trainings.size() == 2 && trainings[0].history.epochs() == trainings[1].history.epochs();
  if (one_table) {
    nn::side_by_side({{name(trainings[0]), trainings[0].history}, {name(trainings[1]), trainings[1].history}})
        .save_csv(folder / "history.csv");
    return {folder / "history.csv"};
  }
  std::vector<std::filesystem::path> files;
  for (const Trained& trained : trainings) {
    files.push_back(folder / fmt::format("history_{}.csv", name(trained)));
    trained.history.save_csv(files.back());
  }
  return files;
}

/// The gradient of x in colours, and, where Graphviz can draw it, the way on which it came.
std::vector<nn::Picture> pictures_of(const Replay& record, const std::filesystem::path& folder) {
  std::vector<nn::Picture> pictures;
  if (base::has_program("dot")) {
    const base::TemporaryFile graph(folder / "report.html.graph.svg");  // beside what is the user's
    save_graph(record, graph.path(), {.adjoints = true});
    pictures.push_back({"Forward and, dashed, back", "What the tape has recorded as boxes with shapes and adjoints",
                        base::read_file("demo", graph.path(), "a graph")});
  }
  for (std::size_t slot = 0; slot < record.forward.size(); ++slot) {
    if (record.forward[slot].name.text != "x") continue;
    const Array<double> dx = record.adjoint(slot)->array("demo");
    pictures.push_back(
        {"dx, orange above zero, blue below", fmt::format("dx as {} coloured cells", dx.size()), array_svg(dx)});
  }
  return pictures;
}

/// Writes the histories, the figures and the report; returns what has been written.
std::vector<std::filesystem::path> save(const Trainings& trainings, const demo::Agreement& agreement,
                                        const std::vector<std::string>& learnt, const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files = save_histories(trainings, folder);
  nn::Report report{.title = "Batch normalisation: its gradient derived, and a network with and without it",
                    .notes = learnt,
                    .origin = nn::origin(),
                    .interrupted = interrupted()};
  if (!trainings.empty()) {
    nn::Panel accuracy = panel_of("accuracy", trainings), loss = panel_of("loss", trainings);
    loss.logarithmic = true;
    for (const auto& [name, panel] : {std::pair{"accuracy.svg", accuracy}, {"loss.svg", loss}}) {
      if (nn::save_figure({panel}, folder / name)) files.push_back(folder / name);
    }
    report.tables = {final_table(trainings)};
    report.figures = {{"Handwritten digits", {accuracy, loss}}};
  }
  files.push_back(folder / "step.html");
  save_stepper(agreement.record, files.back(), "The gradient of batch norm, step by step");
  report.pictures = pictures_of(agreement.record, folder);
  report.files = files;
  for (const Trained& trained : trainings) report.histories.push_back({trained.label(), trained.history});
  for (const auto& [title, text] : agreement.texts) report.summaries.push_back({title, text});
  files.push_back(folder / "report.html");
  nn::save_report(report, files.back());
  return files;
}

/// Says what is worse than it has to be; returns whether nothing is.
bool is_good(const demo::Agreement& agreement, const Trained& with, const Options& options) {
  if (!agreement.good()) fmt::print(stderr, "demo: the derived gradient of batch norm is wrong; see above\n");
  const Options defaults;
  const bool by_default = options.seed == defaults.seed && options.epochs == defaults.epochs;
  const bool accurate = !by_default || last(with, "test_accuracy") >= least_accuracy;
  if (!accurate) {
    fmt::print(stderr, "demo: test accuracy with batch norm is {:.4f}; expected {} or more\n",
               last(with, "test_accuracy"), least_accuracy);
  }
  return agreement.good() && accurate;
}

int run(const Options& options) {
  fmt::print(
      "Batch normalisation: derives its gradient, checks it, and trains a network with and without it.\n"
      "Seed {}; the same seed gives the same numbers.\n",
      options.seed);
  fmt::print("\n1. The gradient of batch norm, for a batch x of 8 rows and 3 features\n\n");
  const demo::Agreement agreement = demo::derive_batch_norm(options.seed);

  const Split<float> digits = load_digits(options.seed);
  fmt::print("2. Handwritten digits: {} images of 8 x 8 to train with, {} to test; network 64-128-64-10\n",
             digits.train.size(), digits.test.size());
  const Trainings trainings = train_both(digits, options);

  std::vector<std::string> learnt{gradient_lesson(agreement)};
  if (!interrupted()) {
    fmt::print("\n3. Both networks on the test part\n");
    print_table(trainings[0].history, trainings[1].history);
    for (const std::string& lesson : lessons(trainings[0], trainings[1], digits.test.size())) learnt.push_back(lesson);
  }
  fmt::print("\nWhat was learnt in this run\n");
  for (const std::string& lesson : learnt) fmt::print("- {}\n", lesson);
  std::fflush(stdout);  // before gnuplot says anything
  std::string written = "\nWritten:";
  for (const std::filesystem::path& file : save(trainings, agreement, learnt, options.out)) {
    written += " " + base::printable(file.string());
  }
  fmt::print("{}\n", base::fitted(std::cout, written));
  return interrupted() || is_good(agreement, trainings[1], options) ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  examples::CommandLine line(
      "Derives the gradient of batch normalisation, checks it, and trains a network with and without it.", "demo");
  line.number("--seed", options.seed, 0, "of the split, the weights and the batches");
  line.number("--epochs", options.epochs, 1, "to train each network");
  line.folder("--out", options.out, "folder for the history, the figures and the report");
  if (const auto status = line.parse(count, arguments)) return *status;
  return examples::run_training(options.out, [&] { return run(options); });
}
