#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments.hpp"
#include "watched.hpp"

namespace lab {
namespace {

constexpr double least_float = 1.4e-45;  // a gradient below it is 0 in float, and has no logarithm

/// Two decimals, and never `-0.00`.
std::string hundredths(double number) { return fmt::format("{:.2f}", std::round(100.0 * number) / 100.0 + 0.0); }

Setting watched(const Bench& bench, std::size_t depth, Activation activation) {
  return {.depth = depth, .activation = activation, .epochs = bench.quick() ? 3UL : 10UL, .watched = true};
}

/// The geometric mean over the seeds of first by last.
double first_by_last(const Numbers& norms) {
  double sum = 0.0;
  const std::size_t seeds = norms.front().size();
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    sum += std::log(std::max(norms.front()[seed], least_float) / std::max(norms.back()[seed], least_float));
  }
  return std::exp(sum / static_cast<double>(seeds));
}

/// How many powers of ten the gradient grows or shrinks by on its way back.
double powers_of_ten(const Outcome& outcome) { return std::abs(std::log10(first_by_last(gradient_norms({outcome})))); }

nn::Panel gradient_picture(const std::string& name, const std::vector<Outcome>& with,
                           const std::vector<Outcome>& without) {
  const Numbers norms_with = gradient_norms(with), norms_without = gradient_norms(without);
  return {.title = name + ", before the first step",
          .y_label = "norm of the weight's gradient",
          .curves = {curve_of("without batch norm", norms_without, 0), curve_of("with batch norm", norms_with, 1)},
          .logarithmic = true,
          .x_label = "hidden layer",
          .note = fmt::format("The gradient of the first layer is {:.2g} times as large as that of the last one with "
                              "batch norm, and {:.2g} times without.",
                              first_by_last(norms_with), first_by_last(norms_without))};
}

/// Histograms of what goes into the activations of three layers in one epoch.
nn::Panel histogram_picture(const std::string& way, const std::vector<Outcome>& outcomes, std::size_t epoch,
                            const std::vector<std::size_t>& layers) {
  nn::Panel panel = histogram_panel(fmt::format("{}, epoch {}", way, epoch + 1));
  panel.note = "Deviation:";
  for (const std::size_t layer : layers) {
    const auto colour = panel.curves.size();
    panel.curves.push_back(
        {.label = fmt::format("layer {}", layer + 1), .values = histogram(outcomes, epoch, layer), .colour = colour});
    panel.note += fmt::format("{} {} in layer {}", colour == 0 ? "" : ",",
                              hundredths(deviation(outcomes, epoch, layer)), layer + 1);
  }
  panel.note += ".";
  return panel;
}

/// The same of one layer in three epochs.
nn::Panel histogram_by_epochs(const std::string& way, const std::vector<Outcome>& outcomes, std::size_t layer,
                              const std::vector<std::size_t>& epochs) {
  nn::Panel panel = histogram_panel(fmt::format("{}, layer {}", way, layer + 1));
  panel.note = "Mean and deviation:";
  for (const std::size_t epoch : epochs) {
    const auto colour = panel.curves.size();
    panel.curves.push_back(
        {.label = fmt::format("epoch {}", epoch + 1), .values = histogram(outcomes, epoch, layer), .colour = colour});
    panel.note +=
        fmt::format("{} {} and {} in epoch {}", colour == 0 ? "" : ",", hundredths(mean(outcomes, epoch, layer)),
                    hundredths(deviation(outcomes, epoch, layer)), epoch + 1);
  }
  panel.note += ".";
  return panel;
}

/// The largest deviation of what goes into an activation by the smallest.
double uneven(const Outcome& outcome, std::size_t epoch) {
  double low = std::numeric_limits<double>::infinity(), high = 0.0;
  for (std::size_t layer = 0; layer < into_activations(outcome, epoch).size(); ++layer) {
    low = std::min(low, deviation({outcome}, epoch, layer));
    high = std::max(high, deviation({outcome}, epoch, layer));
  }
  return high / low;
}

}  // namespace

Finding gradient_flow(Bench& bench) {
  Finding finding{.title = "Stable gradient flow",
                  .claim =
                      "“By maintaining normalized inputs, gradients don't undergo extreme changes in magnitude, "
                      "leading to more stable and consistent learning.”",
                  .expected = Verdict::in_part};
  const std::vector<std::string> places{"sigmoid", "tanh", "ReLU"};
  std::vector<Setting> settings;
  for (const Activation activation : {Activation::sigmoid, Activation::tanh, Activation::relu}) {
    settings.push_back(watched(bench, bench.quick() ? 10 : 20, activation));
    settings.back().epochs = 1;
  }
  const Pairs pairs = bench.train_both(settings);
  for (std::size_t k = 0; k < places.size(); ++k) {
    finding.panels.push_back(gradient_picture(places[k], pairs.with[k], pairs.without[k]));
  }
  const Comparison powers = compare("activation", places, pairs, "powers of ten between the first and the last layer",
                                    Better::smaller, powers_of_ten);
  settings = {settings.back()};
  settings.back().weights = Weights::he;
  const Numbers he = gradient_norms(bench.train(settings).front());
  finding.panels.back().curves.push_back(curve_of("without, weights by He", he, 2));
  finding.panels.back().note +=
      fmt::format(" With weights that start as He et al. propose, it is {:.2g} times.", first_by_last(he));
  finding.tables = {table(powers, finding.title)};
  finding.verdict = verdict_by_places(powers);
  return finding;
}

Finding outputs_of_layers(Bench& bench) {
  Finding finding{.title = "What goes into the activations",
                  .claim =
                      "“Batch Normalization helps stabilize and accelerate the training of deep neural networks by "
                      "normalizing the input to each layer.”",
                  .expected = Verdict::seen};
  const Setting setting = watched(bench, 10, Activation::tanh);
  const Pairs pairs = bench.train_both({setting});
  const std::size_t last = setting.epochs - 1;
  for (const bool with : {false, true}) {
    const std::string way = with ? "With" : "Without";
    const std::vector<Outcome>& outcomes = with ? pairs.with[0] : pairs.without[0];
    for (const std::size_t epoch : {std::size_t{0}, last}) {
      finding.panels.push_back(histogram_picture(way, outcomes, epoch, {0, 4, 9}));
    }
    finding.panels.push_back(histogram_by_epochs(way, outcomes, 4, {0, last / 2, last}));
  }
  Comparison spread{.setting = "epoch",
                    .measure = "largest deviation of a layer by the smallest",
                    .places = {"1", std::to_string(setting.epochs)},
                    .better = Better::smaller};
  for (const std::size_t epoch : {std::size_t{0}, last}) {
    const auto measure = [epoch](const Outcome& outcome) { return uneven(outcome, epoch); };
    spread.with.push_back(numbers_of(pairs.with, measure).front());
    spread.without.push_back(numbers_of(pairs.without, measure).front());
  }
  finding.tables = {table(spread, finding.title)};
  finding.verdict = verdict_by_places(spread);
  return finding;
}

Finding covariate_shift(Bench& bench) {
  Finding finding{.title = "Less internal covariate shift",
                  .claim =
                      "“It reduces the internal covariate shift, which is the change in the distribution of the "
                      "input to a neural network's layer during training.”",
                  .expected = Verdict::seen};
  const Setting setting = watched(bench, 5, Activation::relu);
  const Pairs pairs = bench.train_both({setting});
  Comparison shifts{.setting = "epoch",
                    .measure = "change of a layer's mean since the epoch before, in deviations",
                    .places = {},
                    .better = Better::smaller};
  for (std::size_t epoch = 1; epoch < setting.epochs; ++epoch) {
    const auto measure = [epoch](const Outcome& outcome) { return shift(outcome, epoch); };
    shifts.places.push_back(std::to_string(epoch + 1));
    shifts.with.push_back(numbers_of(pairs.with, measure).front());
    shifts.without.push_back(numbers_of(pairs.without, measure).front());
  }
  nn::Panel panel = picture(shifts, "What the activations give");
  panel.y_label = "change of the mean";
  panel.note = where_ahead(shifts);
  finding.panels = {std::move(panel)};
  finding.tables = {table(shifts, finding.title)};
  finding.verdict = verdict_by_places(shifts);
  return finding;
}

Finding training_and_evaluation(Bench& bench) {
  Finding finding{.title = "Running against batch statistics",
                  .claim =
                      "“Instead of using mini-batch statistics, population statistics [...] are typically used to "
                      "ensure consistency.”"};
  Setting setting = watched(bench, 5, Activation::relu);
  setting.batch_norm = true;
  const std::vector<Outcome> outcomes = bench.train({setting}).front();
  nn::Panel means{.title = "Means", .y_label = "distance in deviations"};
  nn::Panel deviations{.title = "Deviations", .y_label = "running by batch"};
  for (const std::size_t layer : {std::size_t{0}, setting.depth - 1}) {
    const std::string label = layer == 0 ? "first hidden layer" : "last hidden layer";
    means.curves.push_back(curve_of(label, distance_of_means(outcomes, layer), means.curves.size()));
    deviations.curves.push_back(curve_of(label, ratio_of_deviations(outcomes, layer), deviations.curves.size()));
  }
  for (nn::Panel* panel : {&means, &deviations}) {
    panel->note = fmt::format("First hidden layer: {:.2f} in epoch 1, {:.2f} in epoch {}; last: {:.2f}, then {:.2f}.",
                              panel->curves[0].values.front(), panel->curves[0].values.back(), setting.epochs,
                              panel->curves[1].values.front(), panel->curves[1].values.back());
  }
  std::vector<double> differences;
  for (const Outcome& outcome : outcomes) differences.push_back(outcome.test_accuracy - outcome.batch_accuracy);
  const examples::Spread spread = examples::spread_of(differences);
  deviations.note += fmt::format(
      " In the end the accuracy on the test part with the running statistics is {:+.3f} beside that with those of "
      "batches of {}, from {:+.3f} to {:+.3f} over the seeds.",
      spread.mean, setting.batch_size, spread.low, spread.high);
  finding.panels = {std::move(means), std::move(deviations)};
  constexpr double nothing_lost = -0.01;
  finding.verdict = spread.low > nothing_lost ? Verdict::seen : Verdict::not_seen;
  return finding;
}

}  // namespace lab
