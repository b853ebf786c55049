#pragma once

#include <fmt/format.h>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "options.hpp"

// What the experiments have in common: the options, the images, the defaults of Keras or PyTorch, and what they write.

namespace examples {

using namespace wengert;

struct Options {
  std::string data = "mnist";
  std::size_t epochs = 10;
  std::size_t batch_size = 32;
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  std::filesystem::path out;
  bool torch = false;
  bool png = false;
};

/// The options that every experiment has, and those that most have.
void add_options(CLI::App& app, Options& options);
void add_batch_size_option(CLI::App& app, Options& options);
void add_data_option(CLI::App& app, Options& options);

/// The options as a report lists them.
std::vector<std::pair<std::string, std::string>> listed(const Options& options);

/// Images of digits with pixels from 0 to 1: MNIST, or the 1,797 small ones that need no download, one in five of each
/// class to test.
datasets::Split<float> load_images(const Options& options);

/// The shape of one sample of a dataset, as a summary wants it.
Shape sample_shape(const datasets::Dataset<float>& data);
/// The numbers of a sample.
std::size_t features_of(const datasets::Dataset<float>& data);

/// How layers start and how Adam steps: as in Keras, which is what the tutorials use, or as in PyTorch.
struct Defaults {
  nn::LinearOptions linear;
  nn::BatchNormOptions batch_norm;
  optim::Adam adam;
};
Defaults defaults_of(const Options& options);

/// One of the trainings of an experiment.
struct Trained {
  std::string name;
  nn::History history;
  std::string summary;
};

/// Runs an experiment and returns the status of the program: what the experiment returns, 1 after an error, which has
/// been printed, or 130 after Ctrl-C, which ends the training under way and lets what is complete be written. Before
/// anything is trained it throws out a folder that cannot be written.
int run_experiment(const Options& options, const std::function<int()>& experiment);

/// Prints the summary of a model, trains it as the options say, with the given further options of `fit`, and appends
/// the training if it has a complete epoch. Returns false after Ctrl-C, whenever it came: then no other training should
/// begin.
bool train(const std::string& name, nn::Module<float>& model, optim::AnyOptimizer<float>& optimizer,
           const Options& options, const datasets::Dataset<float>& data, nn::FitOptions<float> fit,
           std::vector<Trained>& trainings);

/// The last value of a column.
double last(const Trained& trained, std::string_view column);

/// A row of four numbers for each training after its last complete epoch.
nn::Table final_table(const std::vector<Trained>& trainings);

/// The table as text.
std::string to_text(const nn::Table& table);

/// Writes the histories, the curves, if there are any, and `report.html` into the folder of the options, and prints
/// their names. The options, the histories and the summaries of the trainings join the report here.
void save(const Options& options, const std::vector<Trained>& trainings, nn::Report report);

}  // namespace examples
