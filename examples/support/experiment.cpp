#include "experiment.hpp"

#include <autograd/base/text.hpp>

#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace examples {
namespace {

constexpr std::size_t number_width = std::string_view("val_accuracy").size();

/// A name as part of a file's name: `no BN, softmax` as `no_BN_softmax`.
std::string file_name(const std::string& name) {
  std::string result;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) result += c;
    else if (!result.ends_with('_')) result += '_';
  }
  return result;
}

/// No training should be lost to a folder that turns out not to be writable when it ends.
void require_writable(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  require(!error && access(folder.c_str(), W_OK) == 0, "--out",
          "nothing can be written to '{}'{}; choose another folder", folder.string(),
          error ? ": " + error.message() : "");
}

}  // namespace

int run_experiment(const Options& options, const std::function<int()>& experiment) {
  return run([&] {
    require_writable(options.out);
    set_threads(options.threads);
    const nn::InterruptGuard guard;  // around all trainings, so that Ctrl-C between two of them loses nothing either
    const int status = experiment();
    return guard.interrupted() ? 130 : status;
  });
}

void add_options(CLI::App& app, Options& options) {
  app.option_defaults()->always_capture_default();
  app.add_option("--epochs", options.epochs, "to train")->check(whole_number(1));
  app.add_option("--seed", options.seed, "of the weights, the batches and the split")->check(whole_number(0));
  app.add_option("--threads", options.threads, "for large matrix products; the numbers stay the same")
      ->check(whole_number(1));
  app.add_option("--out", options.out, "folder for the histories, the figure and the report");
  app.add_flag("--torch", options.torch, "start and step as PyTorch does by default, not as Keras");
  app.add_flag("--png", options.png, "draw the figure as PNG too");
}

void add_batch_size_option(CLI::App& app, Options& options) {
  app.add_option("--batch-size", options.batch_size, "samples of a step")->check(whole_number(2));
}

void add_data_option(CLI::App& app, Options& options) {
  app.add_option("--data", options.data, "mnist, or digits: 1,797 small images that need no download")
      ->check(CLI::IsMember({"mnist", "digits"}))
      ->type_name("NAME");
}

std::vector<std::pair<std::string, std::string>> listed(const Options& options) {
  return {{"data", options.data},
          {"epochs", std::to_string(options.epochs)},
          {"seed", std::to_string(options.seed)},
          {"threads", std::to_string(options.threads)},
          {"defaults", options.torch ? "PyTorch" : "Keras"}};
}

datasets::Split<float> load_images(const Options& options) {
  if (options.data == "mnist") {
    if (!datasets::has_mnist()) fmt::print(stderr, "Without MNIST try --data digits, which is built in.\n");
    datasets::Mnist<float> mnist = datasets::mnist<float>();
    return {std::move(mnist.train), std::move(mnist.test)};
  }
  datasets::Dataset<float> digits = datasets::digits<float>();
  digits.inputs /= 16.0F;
  return datasets::train_test_split(digits, {.test_size = 0.2, .seed = options.seed});
}

Shape sample_shape(const datasets::Dataset<float>& data) {
  const Shape& shape = data.inputs.shape();
  return Shape(shape.begin() + 1, shape.end());
}

std::size_t features_of(const datasets::Dataset<float>& data) { return element_count(sample_shape(data)); }

Defaults defaults_of(const Options& options) {
  if (options.torch) return {nn::LinearOptions::torch(), nn::BatchNormOptions::torch(), optim::Adam::torch()};
  return {nn::LinearOptions::keras(), nn::BatchNormOptions::keras(), optim::Adam::keras()};
}

bool train(const std::string& name, nn::Module<float>& model, optim::AnyOptimizer<float>& optimizer,
           const Options& options, const datasets::Dataset<float>& data, nn::FitOptions<float> fit,
           std::vector<Trained>& trainings) {
  fmt::print("\n{}\n", name);
  const std::string summary = nn::summary(model, sample_shape(data));
  fmt::print("{}", summary);
  std::fflush(stdout);
  fit.epochs = options.epochs;
  fit.seed = options.seed;
  const nn::InterruptGuard guard;
  nn::History history = nn::fit(model, optimizer, data, fit);
  if (history.epochs() > 0) trainings.push_back({name, std::move(history), summary});
  return !guard.interrupted();
}

double last(const Trained& trained, std::string_view column) { return trained.history[column].back(); }

nn::Table final_table(const std::vector<Trained>& trainings) {
  nn::Table table{.caption = "After the last complete epoch",
                  .header = {"", "loss", "accuracy", "val_loss", "val_accuracy"}};
  for (const Trained& trained : trainings) {
    std::vector<std::string> row{trained.name};
    for (std::size_t i = 1; i < table.header.size(); ++i) {
      row.push_back(fmt::format("{:.4f}", last(trained, table.header[i])));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string to_text(const nn::Table& table) {
  std::vector<std::vector<std::string>> rows = table.rows;
  rows.insert(rows.begin(), table.header);
  for (std::vector<std::string>& row : rows) {
    for (std::size_t i = 1; i < row.size(); ++i) row[i] = base::aligned_right(row[i], number_width);
  }
  return base::columns(rows);
}

void save(const Options& options, const std::vector<Trained>& trainings, nn::Report report) {
  const auto add_file = [&](const std::string& name) { return report.files.emplace_back(options.out / name); };
  for (const Trained& trained : trainings) {
    trained.history.save_csv(add_file("history_" + file_name(trained.name) + ".csv"));
  }
  std::vector<nn::Panel> panels;
  for (const nn::Figure& figure : report.figures) {
    panels.insert(panels.end(), figure.panels.begin(), figure.panels.end());
  }
  for (const char* name : {"curves.svg", "curves.png"}) {
    const bool wanted = !panels.empty() && (options.png || std::string_view(name).ends_with(".svg"));
    if (wanted && nn::save_figure(panels, options.out / name)) add_file(name);
  }
  const auto configuration = listed(options);
  report.configuration.insert(report.configuration.begin(), configuration.begin(), configuration.end());
  for (const Trained& trained : trainings) {
    report.histories.push_back({trained.name, trained.history});
    report.summaries.push_back({trained.name, trained.summary});
  }
  nn::save_report(report, options.out / "report.html");
  fmt::print("\nWritten:");
  for (const std::filesystem::path& file : report.files) fmt::print(" {}", file.string());
  fmt::print(" {}\n", (options.out / "report.html").string());
}

}  // namespace examples
