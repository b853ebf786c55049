#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments.hpp"

namespace lab {
namespace {

/// `0.01`, but `1e-3`, which has room under an axis.
std::vector<std::string> texts(const std::vector<double>& values) {
  std::vector<std::string> result;
  for (const double value : values) {
    result.push_back(value < 0.005 ? fmt::format("1e{:.0f}", std::log10(value)) : fmt::format("{:g}", value));
  }
  return result;
}

/// A setting for each value, as `change` makes it.
template <class Change>
std::vector<Setting> vary(const Bench& bench, const std::vector<double>& values, const Change& change) {
  std::vector<Setting> settings;
  for (const double value : values) {
    Setting& setting = settings.emplace_back();
    if (bench.quick()) setting.epochs = 3;
    change(setting, value);
  }
  return settings;
}

std::vector<double> few_if_quick(const Bench& bench, std::vector<double> few, std::vector<double> many) {
  return bench.quick() ? std::move(few) : std::move(many);
}

std::size_t whole(double value) { return static_cast<std::size_t>(value); }

/// The first epoch with the milestone on the test part; one more than there are if none has it.
double epochs_to_milestone(const Outcome& outcome) {
  const std::vector<double>& accuracies = outcome.history["val_accuracy"];
  const auto reaches = [](double accuracy) { return accuracy >= milestone; };
  return static_cast<double>(std::find_if(accuracies.begin(), accuracies.end(), reaches) - accuracies.begin()) + 1.0;
}

/// The training loss of every epoch, over the seeds.
Numbers losses(const std::vector<Outcome>& of_seeds) {
  Numbers numbers;
  for (const Outcome& outcome : of_seeds) {
    const std::vector<double>& column = outcome.history["loss"];
    numbers.resize(std::max(numbers.size(), column.size()));
    for (std::size_t epoch = 0; epoch < column.size(); ++epoch) numbers[epoch].push_back(column[epoch]);
  }
  return numbers;
}

/// `0.981 ± 0.004 at 0.1`: the largest mean and where it is.
std::string best(const Comparison& comparison, const Numbers& numbers) {
  std::size_t place = 0;
  for (std::size_t k = 1; k < numbers.size(); ++k) {
    if (examples::spread_of(numbers[k]).mean > examples::spread_of(numbers[place]).mean) place = k;
  }
  const examples::Spread spread = examples::spread_of(numbers[place]);
  return fmt::format("{:.3f} ± {:.3f} at {}", spread.mean, spread.deviation, comparison.places[place]);
}

double train_accuracy(const std::vector<Outcome>& outcomes) {
  double sum = 0.0;
  for (const Outcome& outcome : outcomes) sum += outcome.train_accuracy;
  return sum / static_cast<double>(outcomes.size());
}

/// An experiment that compares accuracies: one picture with its sentences, and its table.
void add(Finding& finding, const Comparison& comparison, const std::string& title, const std::string& sentences) {
  finding.panels.push_back(picture(comparison, title));
  finding.panels.back().note = sentences;
  finding.tables.push_back(table(comparison, title));
}

}  // namespace

Finding convergence(Bench& bench) {
  Finding finding{.title = "Faster convergence",
                  .claim =
                      "“Normalizing inputs reduces the vanishing and exploding gradient problems, allowing for "
                      "faster convergence during training.”"};
  const std::vector<std::string> places{"SGD, rate 0.1", "Adam, rate 0.001"};
  const std::vector<Setting> settings = vary(bench, {0.0, 1.0}, [](Setting& setting, double adam) {
    if (adam > 0.0) setting = {.rule = Rule::adam, .learning_rate = 1e-3, .epochs = setting.epochs};
  });
  const Pairs pairs = bench.train_both(settings);
  const Comparison epochs =
      compare("rule", places, pairs, "epochs to an accuracy of 0.9", Better::smaller, epochs_to_milestone);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const examples::Spread with = examples::spread_of(epochs.with[k]), without = examples::spread_of(epochs.without[k]);
    finding.panels.push_back({.title = places[k],
                              .y_label = "loss in training",
                              .curves = {curve_of("without batch norm", losses(pairs.without[k]), 0),
                                         curve_of("with batch norm", losses(pairs.with[k]), 1)},
                              .logarithmic = true,
                              .note = fmt::format("An accuracy of {} on the test part takes {:.1f} epochs with batch "
                                                  "norm ({:g} to {:g}) and {:.1f} without ({:g} to {:g}); {} "
                                                  "would be never.",
                                                  milestone, with.mean, with.low, with.high, without.mean, without.low,
                                                  without.high, settings[k].epochs + 1)});
  }
  finding.tables = {table(epochs, finding.title)};
  finding.verdict = verdict_by_places(epochs);
  return finding;
}

Finding learning_rates(Bench& bench) {
  Finding finding{.title = "Higher learning rates",
                  .claim =
                      "“Batch Normalization enables the use of higher learning rates, speeding up training and "
                      "improving model performance.”"};
  const std::vector<double> rates = few_if_quick(bench, {1e-4, 1e-2, 1.0}, {1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0});
  std::vector<Verdict> verdicts;
  for (const Rule rule : {Rule::sgd, Rule::adam}) {
    const Pairs pairs = bench.train_both(vary(bench, rates, [rule](Setting& setting, double rate) {
      setting.rule = rule;
      setting.learning_rate = rate;
    }));
    const Comparison accuracies = compare("learning rate", texts(rates), pairs);
    add(finding, accuracies, rule == Rule::sgd ? "SGD" : "Adam",
        where_reached(accuracies, milestone) +
            fmt::format(" At the rate that suits it best it is {} with and {} without.",
                        best(accuracies, accuracies.with), best(accuracies, accuracies.without)) +
            divergences(pairs));
    verdicts.push_back(verdict_by_reach(accuracies, milestone));
  }
  finding.verdict = verdicts[0] == verdicts[1] ? verdicts[0] : Verdict::in_part;
  return finding;
}

Finding depths(Bench& bench) {
  Finding finding{.title = "Deeper networks",
                  .claim =
                      "“Batch Normalization enables the training of deeper neural networks by addressing issues "
                      "such as vanishing gradients and internal covariate shift.”",
                  .expected = Verdict::seen};
  const std::vector<double> depths = few_if_quick(bench, {2, 20}, {2, 5, 10, 15, 20});
  std::vector<Setting> settings =
      vary(bench, depths, [](Setting& setting, double depth) { setting.depth = whole(depth); });
  const Pairs pairs = bench.train_both(settings);
  for (Setting& setting : settings) setting.weights = Weights::he;
  const Numbers he = numbers_of(bench.train(settings), [](const Outcome& outcome) { return outcome.test_accuracy; });
  const Comparison accuracies = compare("hidden layers", texts(depths), pairs);
  add(finding, accuracies, "Depth",
      where_reached(accuracies, milestone) + " " + where_ahead(accuracies) +
          fmt::format(" Weights that start as He et al. propose, without batch norm, have {:.3f} at {:g} layers.",
                      examples::spread_of(he.back()).mean, depths.back()) +
          divergences(pairs));
  finding.panels.back().curves.push_back(curve_of("without, weights by He", he, 2));
  finding.verdict = verdict_by_places(at_places(accuracies, {depths.size() - 1}));  // the deepest
  return finding;
}

Finding initial_scales(Bench& bench) {
  Finding finding{
      .title = "Less dependence on how weights start",
      .claim = "“Batch Normalization reduces the sensitivity of a network to the choice of initial weights.”",
      .expected = Verdict::seen};
  const std::vector<double> scales = few_if_quick(bench, {0.01, 1, 10}, {0.01, 0.1, 0.3, 1, 3, 10});
  const Pairs pairs =
      bench.train_both(vary(bench, scales, [](Setting& setting, double scale) { setting.scale = scale; }));
  const Comparison accuracies = compare("times the initial weights", texts(scales), pairs);
  add(finding, accuracies, "Scale of the initial weights",
      where_reached(accuracies, milestone) + " " + where_ahead(accuracies) + divergences(pairs));
  finding.verdict = verdict_by_places(at_places(accuracies, {0, scales.size() - 1}));  // the extremes
  return finding;
}

Finding activations(Bench& bench) {
  Finding finding{.title = "Any activation",
                  .claim =
                      "“Batch Normalization works well with a variety of activation functions, including sigmoid, "
                      "tanh, and rectified linear units (ReLU).”"};
  const std::vector<std::string> places{"sigmoid", "tanh", "ReLU"};
  const Pairs pairs = bench.train_both(vary(
      bench, {0, 1, 2}, [](Setting& setting, double k) { setting.activation = static_cast<Activation>(whole(k)); }));
  const Comparison accuracies = compare("activation", places, pairs);
  add(finding, accuracies, "Activation",
      where_reached(accuracies, milestone) + " " + where_ahead(accuracies) + divergences(pairs));
  const std::size_t with = reached(accuracies, accuracies.with, milestone);
  finding.verdict = with == places.size() ? Verdict::seen : with > 0 ? Verdict::in_part : Verdict::not_seen;
  return finding;
}

Finding batch_sizes(Bench& bench) {
  Finding finding{.title = "Any batch size",
                  .claim =
                      "The documents train batch norm with batches of 32, 128 and 512, and say nothing of small "
                      "ones, where its statistics are those of few samples. Epochs and "
                      "learning rate are the same for all: small batches take many steps, large ones few.",
                  .expected = Verdict::in_part};
  const std::vector<double> sizes = few_if_quick(bench, {2, 32, 512}, {2, 4, 8, 16, 32, 64, 128, 256, 512});
  const Pairs pairs =
      bench.train_both(vary(bench, sizes, [](Setting& setting, double size) { setting.batch_size = whole(size); }));
  const Comparison accuracies = compare("batch size", texts(sizes), pairs);
  add(finding, accuracies, "Batch size", where_ahead(accuracies) + divergences(pairs));
  finding.verdict = verdict_by_places(accuracies);

  Comparison modes = accuracies;
  modes.without = accuracies.with;
  modes.with = numbers_of(pairs.with, [](const Outcome& outcome) { return outcome.batch_accuracy; });
  nn::Panel panel = picture(modes, "Training and evaluation mode");
  panel.curves[0] = curve_of("running statistics", modes.without, 1);
  panel.curves[1] = curve_of("statistics of the batch", modes.with, 3);
  panel.note = fmt::format(
      "The same networks with batch norm, on the test part: at a batch size of {} they have {:.3f} with the running "
      "statistics and {:.3f} with those of each batch; at {} they have {:.3f} and {:.3f}.",
      modes.places.front(), examples::spread_of(modes.without.front()).mean,
      examples::spread_of(modes.with.front()).mean, modes.places.back(), examples::spread_of(modes.without.back()).mean,
      examples::spread_of(modes.with.back()).mean);
  finding.panels.push_back(std::move(panel));
  return finding;
}

Finding regularisation(Bench& bench) {
  Finding finding{.title = "Regularisation",
                  .claim =
                      "“Batch Normalization introduces a slight amount of noise to the inputs in each mini-batch, "
                      "acting as a form of regularization and reducing overfitting.”"};
  const std::vector<double> samples = few_if_quick(bench, {100, 400}, {50, 100, 200, 400, 800});
  Pairs pairs;
  for (const double count : samples) {  // as many steps with few samples as with many
    const double steps = bench.quick() ? 200.0 : 600.0;
    Setting setting{.depth = 2, .width = 64, .rule = Rule::adam, .learning_rate = 1e-2};
    setting.epochs = whole(std::max(1.0, steps * static_cast<double>(setting.batch_size) / count));
    Pairs some = bench.train_both({setting}, whole(count));
    pairs.with.push_back(std::move(some.with.front()));
    pairs.without.push_back(std::move(some.without.front()));
  }
  const Comparison gaps =
      compare("samples to train with", texts(samples), pairs, "accuracy lost from training to test", Better::smaller,
              [](const Outcome& outcome) { return outcome.train_accuracy - outcome.test_accuracy; });
  const std::size_t last = samples.size() - 1;
  add(finding, gaps, "What is lost from training to test",
      where_ahead(gaps) + fmt::format(" (Adam, two layers of 64 units; with {} samples these networks have {:.3f} in "
                                      "training with batch norm and {:.3f} without.)",
                                      gaps.places[last], train_accuracy(pairs.with[last]),
                                      train_accuracy(pairs.without[last])));
  const Comparison accuracies = compare("samples to train with", texts(samples), pairs);
  add(finding, accuracies, "What is left on the test part", where_ahead(accuracies));
  finding.verdict = verdict_by_places(gaps);
  return finding;
}

}  // namespace lab
