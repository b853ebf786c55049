#include "experiment.hpp"

#include <autograd/base/process.hpp>
#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>
#include <nn/training/report/origin.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iostream>
#include <limits>
#include <sstream>

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

}  // namespace

int run_experiment(CommandLine& line, int count, char** arguments, const Options& options,
                   const std::function<int()>& experiment) {
  if (const auto status = line.parse(count, arguments)) return *status;
  return run_training(options.out, [&] {
    set_threads(options.threads);
    return experiment();
  });
}

void add_options(CommandLine& line, Options& options) {
  line.number("--epochs", options.epochs, 1, "to train");
  line.number("--seed", options.seed, 0, "of the weights, the batches and the split");
  line.number("--threads", options.threads, 1, "for what is large; the numbers stay the same");
  line.folder("--out", options.out, "folder for the histories, the figure and the report");
  line.flag("--torch", options.torch, "start and step as PyTorch does by default, not as Keras");
  line.flag("--png", options.png, "draw the figure as PNG too");
  line.flag("--as-documented", options.as_documented,
            "show what the document shows: its figures, summary, log lines and numbers beside ours");
}

void add_seeds_option(CommandLine& line, Options& options) {
  line.number("--seeds", options.seeds, 1, "to train with, from --seed on, for mean and deviation");
}

void add_batch_size_option(CommandLine& line, Options& options) {
  line.number("--batch-size", options.batch_size, 2, "samples of a step");
}

void add_data_option(CommandLine& line, Options& options) {
  line.choice("--data", options.data, {"mnist", "digits"},
              "mnist, or digits: 1,797 small images that need no download");
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

void print_sizes(const Options& options, const datasets::Split<float>& images) {
  fmt::print("{}\n", wrapped(fmt::format("{}: {} images to train with, {} to validate with", options.data,
                                         images.train.size(), images.test.size())));
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
  std::vector<ModelSummary> models;
  for (const Trained& trained : trainings) models.push_back(trained.model);
  models.push_back(summarise(model, sample_shape(data)));
  const std::string summary =
      options.as_documented ? keras_summary(models, options.inside) : nn::summary(model, sample_shape(data));
  fmt::print("{}", summary);
  std::fflush(stdout);
  fit.epochs = options.epochs;
  fit.seed = options.seed;
  const nn::InterruptGuard guard;
  const double before = base::seconds_since_start();
  nn::History history = nn::fit(model, optimizer, data, fit);
  const double seconds = base::seconds_since_start() - before;
  if (const std::size_t epochs = history.epochs(); epochs > 0) {
    trainings.push_back({name, std::move(history), summary, models.back(), seconds / static_cast<double>(epochs)});
  }
  return !guard.interrupted();
}

std::vector<Trainings> for_seeds(const Options& options,
                                 const std::function<void(const Options& options, Trainings& trainings)>& trainings) {
  std::vector<Trainings> all;
  const nn::InterruptGuard guard;
  for (std::size_t i = 0; i < options.seeds && !guard.interrupted(); ++i) {
    Options with_seed = options;
    with_seed.seed += i;
    if (options.seeds > 1) fmt::print("\nSeed {}\n", with_seed.seed);
    trainings(with_seed, all.emplace_back());
    if (all.back().empty()) all.pop_back();
  }
  return all;
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

std::string epoch_times(const Trainings& trainings) {
  std::string text = "An epoch with its validation took";
  for (const Trained& trained : trainings) {
    text += fmt::format("{} {:.2f} s {}", &trained == &trainings.front() ? "" : " and", trained.seconds_per_epoch,
                        trained.name);
  }
  return text + ".";
}

std::string compared(const std::vector<Trainings>& seeds, const std::string& column, std::size_t first,
                     std::size_t second, std::optional<std::size_t> epoch) {
  const auto value = [&](const Trained& trained) {
    return epoch ? trained.history[column].at(*epoch - 1) : last(trained, column);
  };
  std::vector<double> differences;
  for (const Trainings& trainings : seeds) {
    if (trainings.size() <= std::max(first, second)) continue;
    differences.push_back(value(trainings[first]) - value(trainings[second]));
  }
  const std::string names = fmt::format("{}{} {} minus {}", column, epoch ? fmt::format(" after epoch {}", *epoch) : "",
                                        seeds[0][first].name, seeds[0][second].name);
  if (differences.size() < 2) {
    return fmt::format(
        "{}: {:+.4f} with this seed. Another seed gives another number; --seeds 5 says how far they vary.", names,
        differences.at(0));
  }
  const Spread spread = spread_of(differences);
  const double error = spread.deviation / std::sqrt(static_cast<double>(differences.size()));
  return fmt::format(
      "{}: {:+.4f} in the mean of {} seeds, from {:+.4f} to {:+.4f}; the standard error of the mean is "
      "{:.4f}{}.",
      names, spread.mean, differences.size(), spread.low, spread.high, error,
      std::abs(spread.mean) < 2.0 * error ? ", so these seeds do not tell which is larger" : "");
}

nn::Table spread_table(const std::vector<Trainings>& seeds) {
  nn::Table table = final_table({});
  table.caption = fmt::format("Mean and deviation over {} seeds", seeds.size());
  for (std::size_t i = 0; i < seeds.back().size(); ++i) {
    std::vector<std::string> row{seeds.back()[i].name};
    for (std::size_t k = 1; k < table.header.size(); ++k) {
      std::vector<double> values;
      for (const Trainings& trainings : seeds) values.push_back(last(trainings[i], table.header[k]));
      const Spread spread = spread_of(values);
      row.push_back(fmt::format("{:.4f} ± {:.4f}", spread.mean, spread.deviation));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<nn::Table> final_tables(const std::vector<Trainings>& seeds) {
  std::vector<nn::Table> tables{final_table(seeds.front())};
  if (seeds.size() < 2) return tables;
  tables.front().caption += ", with the first seed";
  tables.push_back(spread_table(seeds));
  return tables;
}

double least_of_best_accuracies(const std::vector<Trainings>& seeds) {
  double least = 1.0;
  for (const Trainings& trainings : seeds) {
    const std::vector<double>& accuracies = trainings.front().history["val_accuracy"];
    least = std::min(least, *std::max_element(accuracies.begin(), accuracies.end()));
  }
  return least;
}

nn::Table beside_log(const std::vector<std::vector<double>>& log, const std::vector<std::string>& columns,
                     const Trained& trained) {
  nn::Table table{.caption = "Epoch by epoch: the document's log, and this run " + trained.name, .header = {""}};
  table.header.insert(table.header.end(), columns.begin(), columns.end());
  for (std::size_t epoch = 0; epoch < std::min(log.size(), trained.history.epochs()); ++epoch) {
    std::vector<std::string> documented{fmt::format("{:>2}  the document", epoch + 1)}, here{"    here"};
    for (std::size_t k = 0; k < columns.size(); ++k) {
      documented.push_back(fmt::format("{:.4f}", log[epoch][k]));
      here.push_back(fmt::format("{:.4f}", trained.history[columns[k]][epoch]));
    }
    table.rows.insert(table.rows.end(), {documented, here});
  }
  return table;
}

namespace {

/// What is no terminal has lines of any length.
std::size_t width_or_terminal(std::size_t width) {
  if (width > 0) return width;
  return base::is_terminal(std::cout) ? base::terminal_columns() : std::numeric_limits<std::size_t>::max();
}

/// A row of a table as lines: its name, then each cell behind the name of its column.
std::string block(const std::vector<std::string>& header, const std::vector<std::string>& row) {
  std::vector<std::vector<std::string>> lines;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (!row[i].empty()) lines.push_back({"  " + header[i], base::aligned_right(row[i], 8)});
  }
  return row.front() + "\n" + base::columns(lines);
}

}  // namespace

std::string to_text(const nn::Table& table, std::size_t width) {
  std::vector<std::vector<std::string>> rows = table.rows;
  rows.insert(rows.begin(), table.header);
  for (std::vector<std::string>& row : rows) {
    for (std::size_t i = 1; i < row.size(); ++i) row[i] = base::aligned_right(row[i], number_width);
  }
  std::string text = base::columns(rows);
  if (base::display_width(text.substr(0, text.find('\n'))) <= width_or_terminal(width)) return text;
  text.clear();
  for (const std::vector<std::string>& row : table.rows) text += block(table.header, row);
  return text;
}

void print_results(const nn::Report& report) {
  for (const nn::Table& table : report.tables) fmt::print("\n{}:\n{}", wrapped(table.caption), to_text(table));
  fmt::print("\n");
  for (const std::string& note : report.notes) fmt::print("{}\n", wrapped(note));
}

nn::Panel as_matplotlib(nn::Panel panel, const std::string& x_label) {
  for (nn::Curve& curve : panel.curves) curve.first_epoch -= 1;
  panel.x_label = x_label;
  return panel;
}

std::string wrapped(const std::string& text, std::size_t width) {
  const std::size_t most = width_or_terminal(width);
  std::istringstream words(text);
  std::string word, line, result;
  while (words >> word) {
    if (!line.empty() && base::display_width(line) + 1 + base::display_width(word) > most) {
      result += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return result + line;
}

namespace {

/// Draws the figures as the options want them; `add_file` makes a path of a name.
void draw(const Options& options, const nn::Report& report, const std::function<void(const std::string&)>& drawn) {
  std::vector<nn::Figure> figures = report.figures;
  if (!options.as_documented && !figures.empty()) {  // one file for all
    nn::Figure all{.title = report.title};
    for (const nn::Figure& figure : figures) {
      all.panels.insert(all.panels.end(), figure.panels.begin(), figure.panels.end());
    }
    figures = {all};
  }
  for (const nn::Figure& figure : figures) {
    const std::string stem = options.as_documented ? file_name(figure.title) : "curves";
    for (const char* end : {".svg", ".png"}) {
      const bool wanted = options.png || std::string_view(end) == ".svg";
      if (wanted && nn::save_figure(figure, options.out / (stem + end))) drawn(stem + end);
    }
  }
}

}  // namespace

void save(const Options& options, const std::vector<Trained>& trainings, nn::Report report) {
  const auto add_file = [&](const std::string& name) { return report.files.emplace_back(options.out / name); };
  for (const Trained& trained : trainings) {
    trained.history.save_csv(add_file("history_" + file_name(trained.name) + ".csv"));
  }
  draw(options, report, add_file);
  const auto configuration = listed(options);
  report.configuration.insert(report.configuration.begin(), configuration.begin(), configuration.end());
  report.origin = nn::origin();
  report.interrupted = nn::InterruptGuard().interrupted();
  for (const Trained& trained : trainings) {
    report.histories.push_back({trained.name, trained.history});
    report.summaries.push_back({trained.name, trained.summary});
  }
  nn::save_report(report, options.out / "report.html");
  std::string written = "\nWritten:";
  for (const std::filesystem::path& file : report.files) written += " " + base::printable(file.string());
  written += " " + base::printable((options.out / "report.html").string());
  fmt::print("{}\n", base::fitted(std::cout, written));
}

}  // namespace examples
