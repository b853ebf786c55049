// The code of the pages and of the comments in headers, which name it as their source: it compiles, and what need not
// write files runs.
#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/tape/backward_pass.hpp>
#include <datasets/formats/csv_scanner.hpp>

#include <fstream>
#include <regex>
#include <sstream>

#include "../datasets/idx_bytes.hpp"
#include "../error_text.hpp"
#include "../nn/training/temporary_folder.hpp"
#include "../support/sources.hpp"

#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

using namespace wengert;

// clang-format off
namespace {

// ---- docs/reference/training.md and headers of nn

[[maybe_unused]] void train_as_the_page_says() {
  Generator generator(42);
  nn::Sequential net{nn::Linear(64, 128, generator), nn::BatchNorm1d(128), nn::ReLU(), nn::Linear(128, 10, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
  const auto [train, test] = datasets::train_test_split(datasets::digits<float>());

  fmt::print("{}", nn::summary(net, {64}, {.optimizer = &optimizer}));
  nn::EarlyStopping stopping({.patience = 3, .restore_best_weights = true});
  nn::CSVLogger logger("out/history.csv");
  const nn::History history = nn::fit(
      net, optimizer, train, {.epochs = 20, .validation_split = 0.1, .callbacks = {&stopping, &logger}});
  const nn::Evaluation score = nn::evaluate(net, test);  // score.loss, score.accuracy
  const Array<float> logits = nn::predict(net, test.inputs);

  const Array<float>& images = test.inputs;
  const auto classes = nn::argmax(nn::predict(net, images));
  fmt::print("{}", nn::ConfusionMatrix(test.labels, classes, 10).text(test.class_names));
}

using Network = nn::Sequential<float>;
using Adam = optim::Optimizer<optim::Adam, float>;

[[maybe_unused]] void fit_other_losses(Network& net, Adam& optimizer, const datasets::Dataset<float>& train) {
  nn::fit(net, optimizer, train, {.loss = nn::mse<float>});
  nn::fit(net, optimizer, train, {.loss = nn::cross_entropy_loss<float>({.ignore_index = 255})});
  nn::fit(net, optimizer, train, {.loss = [](const Var<float>& y, const datasets::Batch<float>& batch) {
    return nn::mse(y, Var<float>(batch.inputs));
  }});
}

TEST_CASE("the options of a training in the pages and comments are options") {
  nn::FitOptions<float> options;
  options.metrics = {nn::accuracy_metric<float>(),
                     {"mse", nn::mse<float>},
                     {"largest", [](const Var<float>& y, const Indices&) { return double{max(y).item()}; }}};
  options.loss = nn::mse<float>;
  options.loss = [](const Var<float>& y, const Var<float>& targets) { return nn::huber(y, targets, 0.5); };
  options.loss = [](const Var<float>& y, const datasets::Batch<float>& batch) { return nn::mse(y, batch.inputs); };
  options.loss = nn::cross_entropy_loss<float>({.ignore_index = 255});
  nn::RecordStatistics<float> statistics;
  options.callbacks = {&statistics};
  nn::LearningRateScheduler scheduler(optim::CosineSchedule{.rate = 1e-3, .period = 20});
  CHECK(options.callbacks.size() == 1);
}

[[maybe_unused]] void save_and_go_on(Network& net, Adam& optimizer, const datasets::Dataset<float>& data) {
  nn::FitOptions<float> options;
  nn::ModelCheckpoint checkpoint("run.safetensors", {.every_batches = 500});   // and after every epoch
  options.resume = nn::load_checkpoint("run.safetensors", net, optimizer);     // also inside an epoch, bit by bit

  datasets::DataLoader<float> loader(data, {});
  const std::size_t batch = 3;
  const std::string file = "run.safetensors";
  nn::save_checkpoint("run.safetensors", net, optimizer, nn::progress_of(loader));
  nn::save_checkpoint("run.safetensors", net, optimizer, nn::progress_of(loader, batch));
  nn::resume(loader, nn::load_checkpoint("run.safetensors", net, optimizer));
  options.resume = nn::load_checkpoint("run.safetensors", net, optimizer);
  options.resume = nn::load_checkpoint(file, net, optimizer);
}

TEST_CASE("the comments of the history, figures, schedules and steps are programs") {
  using nn::History;
  History history({"loss", "accuracy"});
  history.add({0.51, 0.87});
  CHECK(history["accuracy"].back() == 0.87);

  Generator generator(1);
  nn::Sequential net{nn::Linear(4, 8, generator), nn::ReLU(), nn::Linear(8, 3, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
  const Var<float> x(generator.normal<float>({5, 4}));
  Tape<float> tape;
  const Var<float> loss = mean(square(net(x)));
  optimizer.zero_grad();  tape.backward(loss);  optimizer.step();      // every step
  const optim::Schedule schedule = optim::StepSchedule{.rate = 0.5, .period = 2, .factor = 0.1};
  const std::size_t epoch = 2;
  optimizer.set_learning_rate(schedule(epoch));
  CHECK(optimizer.learning_rate() == doctest::Approx(0.05));
}

[[maybe_unused]] void reduce_on_plateau(Adam& optimizer, optim::OnPlateau& plateau, double loss) {
  if (const auto rate = plateau.update(loss, optimizer.learning_rate())) optimizer.set_learning_rate(*rate);
}

[[maybe_unused]] void show(Network& net, const nn::History& with, const nn::History& without) {
  nn::save_figure(nn::loss_and_accuracy({{"with BN", with}, {"without BN", without}}), "out/curves.svg");
  fmt::print("{}", nn::summary(net, {784}));
  const nn::InterruptGuard guard;
}

// ---- docs/reference/datasets.md and headers of datasets

[[maybe_unused]] void read_irises(const Array<float>& x, const std::vector<std::size_t>& classes,
                                  const Array<float>& prices) {
  using namespace wengert::datasets;
  // UCI's iris.data has no header and the class in the last column.
  const Dataset<float> irises = read_csv_dataset<float>("iris.data", {.label_column = -1}, {.header = false});

  Dataset<float> flowers{.inputs = x, .labels = classes};
  Dataset<float> houses{.inputs = x, .targets = prices};           // regression, one-hot classes, sequences, ...
}

[[maybe_unused]] void scan(datasets::CsvScanner& scanner) {
  const auto use = [](std::string_view) {};
  while (scanner.next_row()) while (scanner.next_cell()) use(scanner.cell());
}

// ---- docs/reference/replay.md and headers of autograd

[[maybe_unused]] void see_a_record(const Var<double>& w, const Var<double>& x, const Array<double>& d_w) {
  Tape<double> tape;
  const Var<double> loss = mean(square(matmul(x, w))).named("loss");
  const Replay record = replay(tape, loss);             // to every parameter, as tape.backward(loss); no gradient changes
  fmt::print("{}", print(record));                      // a line for each step
  step(tape, loss);                                     // step by step, in the terminal
  save_stepper(record, "out/step.html");                // step by step, in the browser
  const std::string text = to_json(record);             // for programs of your own

  const GradientComparison found = compare_gradients(record, {{"dw", d_w}});
  fmt::print("{}", found.text());
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // the formula's parameters have the names of its operands

TEST_CASE("the comment of gradcheck is a program") {
  Generator generator(1);
  const Var<double> x = parameter(generator.normal<double>({3, 2}), "x"), w = parameter(ones<double>({2, 2}), "w");
  CHECK(gradcheck([](auto x, auto w) { return matmul(x, w); }, {x, w}, {.order = 2}));
  nn::Linear<double> net(2, 1, generator);
  CHECK(gradcheck([&] { return net(x); }, net.parameters()));
}

#pragma GCC diagnostic pop

TEST_CASE("what the page records in a scope is in it") {
  const Var<double> x(ones<double>({3, 2})), w = parameter(ones<double>({2, 2}), "w");
  Tape<double> tape;
  const Scope encoder("encoder");
  const Var<double> h = tanh(matmul(x, w));             // in encoder
  CHECK(contains(to_json(replay(tape, sum(h).named("s"))), "\"encoder\""));
}

TEST_CASE("the comments of scopes and passes are programs") {
  const Var<double> w = parameter(ones<double>({2, 2}), "w");
  Tape<double> tape;
  {
    Scope encoder("encoder");
    Scope first("first");  // encoder/first
    const Var<double> h = tanh(w);
    CHECK(contains(to_json(replay(tape, sum(h).named("s"))), "encoder/first"));
  }

  const Var<double> loss = sum(square(w)).named("loss");
  std::size_t looked = 0;
  const auto look_at = [&](std::size_t) { ++looked; };
  BackwardPass<double> pass(tape, tape.slot_of("loss", loss), Var<double>(1.0), {tape.slot_of("w", w)});
  while (pass.step()) look_at(pass.slot());
  CHECK(looked > 0);
}

[[maybe_unused]] void look_for_what_is_not_finite(Tape<double>& tape, nn::Sequential<double>& net,
                                                  const Var<double>& x) {
  const auto loss = [](const Var<double>& y) { return mean(log(y)); };
  DetectAnomaly guard;
  tape.backward(loss(net(x)));
}

// ---- docs/reference/xtensor_traps.md

[[maybe_unused]] Array<double> lazy_and_not(const Array<double>& a, const Array<double>& b) {
  auto y = a + b;              // not an array: computed at every read, dangles when a or b dies
  const Array<double> z = a + b;  // an array
  return y + z;
}

[[maybe_unused]] Array<double> stored_first(const Array<double>& a) {
  const Array<double> total = xt::sum(a, {1}, xt::keep_dims);  // store it first
  const Array<double> y = a - total;
  return y;
}

// clang-format on

/// A text without its white space, so that a line may be broken elsewhere.
std::string without_blanks(const std::string& text) { return std::regex_replace(text, std::regex("\\s+"), ""); }

}  // namespace

TEST_CASE("every statement in a comment of a header stands in a program that compiles") {
  const std::string programs = without_blanks(text_in_sources("tests/docs/pages_test.cpp"));
  std::size_t statements = 0;
  for (const char* folder : {"autograd", "nn", "optim", "datasets"}) {
    const std::filesystem::path root = std::filesystem::path(WENGERT_SOURCE_DIR) / folder;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
      if (file.path().extension() != ".hpp") continue;
      std::ifstream lines(file.path());
      for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (!std::regex_match(line, match, std::regex(R"( *///   ([^ ].*?;)( *//.*)?)"))) continue;
        const std::string statement = match[1];
        if (contains(statement, "...") || statement.starts_with("static ")) continue;  // no whole program
        CAPTURE(file.path().string());
        CAPTURE(line);
        CHECK(contains(programs, without_blanks(statement)));
        ++statements;
      }
    }
  }
  CHECK(statements > 20);
}

TEST_CASE("the messages that the pages show are those that are thrown") {
  const auto says = [](const char* page, const std::string& message) {
    CHECK_MESSAGE(contains(without_blanks(text_in_sources(page)), without_blanks(message)), message);
  };
  const Var<double> w = parameter(Array<double>{0.0, 0.0}, "w");
  Tape<double> tape;
  const Var<double> loss = sqrt(sum(square(w)).named("squares"));
  const DetectAnomaly guard;
  says("docs/reference/training.md", error_text([&] { tape.backward(loss); }));

  const training_tests::TemporaryFolder folder;
  const std::string file = (folder.path() / "images.gz").string();
  std::ofstream(file, std::ios::binary) << gzip_bytes(idx_bytes({2, 3}, "abcdef")).substr(0, 15);
  std::string message = error_text([&] { datasets::read_idx(file); });
  message = std::regex_replace(message, std::regex("byte 15"), "byte 9000000");
  message.replace(message.find(file), file.size(), "data/mnist/train-images-idx3-ubyte.gz");
  says("docs/reference/datasets.md", message);
}
