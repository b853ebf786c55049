#pragma once

#include <fmt/format.h>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "command_line.hpp"
#include "keras_summary.hpp"
#include "spread.hpp"

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
  bool as_documented = false;
  std::size_t seeds = 1;
  std::vector<std::string> inside{"ReLU", "Softmax"};  ///< layers that the document writes as `activation=`
};

/// The options that every experiment has, and those that most have.
void add_options(CommandLine& line, Options& options);
void add_batch_size_option(CommandLine& line, Options& options);
void add_data_option(CommandLine& line, Options& options);
void add_seeds_option(CommandLine& line, Options& options);

/// The options as a report lists them.
std::vector<std::pair<std::string, std::string>> listed(const Options& options);

/// Images of digits with pixels from 0 to 1: MNIST, or the 1,797 small ones that need no download, one in five of each
/// class to test.
datasets::Split<float> load_images(const Options& options);

/// Prints how many images there are.
void print_sizes(const Options& options, const datasets::Split<float>& images);

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
  ModelSummary model;
  double seconds_per_epoch = 0.0;  ///< its validation included
};

/// Reads the command line and runs an experiment. Returns the status of the program: 0 after --help, 2 after a wrong
/// option, 1 after an error, which has been printed, 130 after Ctrl-C, which ends the training under way and lets what
/// is complete be written, or what the experiment returns. Before anything is trained it throws out a folder that
/// cannot be written.
int run_experiment(CommandLine& line, int count, char** arguments, const Options& options,
                   const std::function<int()>& experiment);

/// Prints the summary of a model, trains it as the options say, with the given further options of `fit`, and appends
/// the training if it has a complete epoch. Returns false after Ctrl-C, whenever it came: then no other training should
/// begin.
bool train(const std::string& name, nn::Module<float>& model, optim::AnyOptimizer<float>& optimizer,
           const Options& options, const datasets::Dataset<float>& data, nn::FitOptions<float> fit,
           std::vector<Trained>& trainings);

/// Runs the trainings of an experiment for `options.seeds` seeds, from `options.seed` on. Returns those of each seed,
/// as far as they were begun before Ctrl-C.
using Trainings = std::vector<Trained>;
std::vector<Trainings> for_seeds(const Options& options,
                                 const std::function<void(const Options& options, Trainings& trainings)>& trainings);

/// The last value of a column.
double last(const Trained& trained, std::string_view column);

/// A row of four numbers for each training after its last complete epoch.
nn::Table final_table(const std::vector<Trained>& trainings);

/// How long an epoch of each training took.
std::string epoch_times(const Trainings& trainings);

/// What a column's values after an epoch, by default the last, say of two trainings, by their places: for one seed that
/// it says little, for several the difference beside the deviation of its mean.
std::string compared(const std::vector<Trainings>& seeds, const std::string& column, std::size_t first,
                     std::size_t second, std::optional<std::size_t> epoch = {});

/// Mean and deviation over the seeds of what `final_table` shows, for the trainings that every seed has.
nn::Table spread_table(const std::vector<Trainings>& seeds);

/// The final table of the first seed and, if there are several seeds, their mean and deviation.
std::vector<nn::Table> final_tables(const std::vector<Trainings>& seeds);

/// The least over the seeds of the best val_accuracy of their first training.
double least_of_best_accuracies(const std::vector<Trainings>& seeds);

/// The numbers of a document's log, epoch by epoch, beside those of a training. A row of the log has its numbers in the
/// order of `columns`.
nn::Table beside_log(const std::vector<std::vector<double>>& log, const std::vector<std::string>& columns,
                     const Trained& trained);

/// The table as text of at most so many characters to a line, by default as many as the terminal has, if there is one.
/// A table that is wider has a block of lines for each row.
std::string to_text(const nn::Table& table, std::size_t width = 0);

/// Prints the tables and the notes of a report.
void print_results(const nn::Report& report);

/// A panel as matplotlib would draw the lists: epochs from 0 on.
nn::Panel as_matplotlib(nn::Panel panel, const std::string& x_label);

/// The text in lines of at most so many characters, by default likewise.
std::string wrapped(const std::string& text, std::size_t width = 0);

/// Writes the histories, the curves, if there are any, and `report.html` into the folder of the options, and prints
/// their names. As documented, each figure is a file of its own, named by its title. The options, the histories, the
/// summaries of the trainings and the origin join the report here.
void save(const Options& options, const std::vector<Trained>& trainings, nn::Report report);

}  // namespace examples
