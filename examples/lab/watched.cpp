#include "watched.hpp"

#include <algorithm>
#include <cmath>

namespace lab {
namespace {

bool is_activation(const nn::LayerStatistics& layer) {
  return layer.type == "ReLU" || layer.type == "Tanh" || layer.type == "Sigmoid";
}

double norm_of(const nn::EpochStatistics& epoch, const std::string& parameter) {
  const auto found = std::find_if(epoch.gradients.begin(), epoch.gradients.end(),
                                  [&](const nn::GradientNorm& gradient) { return gradient.name == parameter; });
  return found == epoch.gradients.end() ? 0.0 : found->norm;
}

/// The mean over the channels of a number of each, for every epoch and training.
template <class OfChannel>
Numbers over_channels(const std::vector<Outcome>& outcomes, std::size_t layer, const OfChannel& of_channel) {
  Numbers numbers;
  for (const Outcome& outcome : outcomes) {
    numbers.resize(std::max(numbers.size(), outcome.epochs.size()));
    for (std::size_t epoch = 0; epoch < outcome.epochs.size(); ++epoch) {
      const nn::ChannelStatistics& channels = into_activations(outcome, epoch).at(layer)->channels.value();
      double sum = 0.0;
      for (std::size_t c = 0; c < channels.batch_mean.size(); ++c) sum += of_channel(channels, c);
      numbers[epoch].push_back(sum / static_cast<double>(channels.batch_mean.size()));
    }
  }
  return numbers;
}

template <class OfLayer>
double over_trainings(const std::vector<Outcome>& outcomes, std::size_t epoch, std::size_t layer,
                      const OfLayer& of_layer) {
  double sum = 0.0;
  for (const Outcome& outcome : outcomes) sum += of_layer(*into_activations(outcome, epoch).at(layer));
  return sum / static_cast<double>(outcomes.size());
}

}  // namespace

Numbers gradient_norms(const std::vector<Outcome>& outcomes) {
  Numbers numbers;
  for (const Outcome& outcome : outcomes) {
    const nn::EpochStatistics& epoch = outcome.epochs.at(0);
    std::size_t hidden = 0;
    for (std::size_t i = 0; i + 1 < epoch.layers.size(); ++i) {  // the last one gives the classes
      if (epoch.layers[i].type != "Linear") continue;
      numbers.resize(std::max(numbers.size(), hidden + 1));
      numbers[hidden++].push_back(norm_of(epoch, epoch.layers[i].name + ".weight"));
    }
  }
  return numbers;
}

std::vector<const nn::LayerStatistics*> into_activations(const Outcome& outcome, std::size_t epoch) {
  const std::vector<nn::LayerStatistics>& layers = outcome.epochs.at(epoch).layers;
  std::vector<const nn::LayerStatistics*> result;
  for (std::size_t i = 1; i < layers.size(); ++i) {
    if (is_activation(layers[i])) result.push_back(&layers[i - 1]);
  }
  return result;
}

std::vector<const nn::LayerStatistics*> out_of_activations(const Outcome& outcome, std::size_t epoch) {
  std::vector<const nn::LayerStatistics*> result;
  for (const nn::LayerStatistics& layer : outcome.epochs.at(epoch).layers) {
    if (is_activation(layer)) result.push_back(&layer);
  }
  return result;
}

double mean(const std::vector<Outcome>& outcomes, std::size_t epoch, std::size_t layer) {
  return over_trainings(outcomes, epoch, layer, [](const nn::LayerStatistics& it) { return it.output->mean; });
}

double deviation(const std::vector<Outcome>& outcomes, std::size_t epoch, std::size_t layer) {
  return over_trainings(outcomes, epoch, layer, [](const nn::LayerStatistics& it) { return it.output->deviation; });
}

std::vector<double> histogram(const std::vector<Outcome>& outcomes, std::size_t epoch, std::size_t layer) {
  std::vector<double> shares;
  for (const Outcome& outcome : outcomes) {
    const std::vector<double>& of_one = into_activations(outcome, epoch).at(layer)->histogram;
    shares.resize(of_one.size(), 0.0);
    for (std::size_t bin = 0; bin < of_one.size(); ++bin) {
      shares[bin] += of_one[bin] / static_cast<double>(outcomes.size());
    }
  }
  return shares;
}

nn::Panel histogram_panel(const std::string& title) {
  const nn::RecordStatisticsOptions options;
  const auto [low, high] = options.range;
  const double width = (high - low) / static_cast<double>(options.bins);
  nn::Panel panel{.title = title, .y_label = "share of the numbers", .x_label = "from -4 to 4"};
  for (std::size_t bin = 0; bin < options.bins; ++bin) {
    const double middle = low + (static_cast<double>(bin) + 0.5) * width;
    const double whole = std::round(middle - 0.5 * width);
    const bool marked = std::abs(middle - 0.5 * width - whole) < 1e-9;
    panel.places.push_back(marked ? std::to_string(static_cast<int>(whole)) : "");
  }
  return panel;
}

double shift(const Outcome& outcome, std::size_t epoch) {
  const auto before = out_of_activations(outcome, epoch - 1), now = out_of_activations(outcome, epoch);
  double sum = 0.0;
  for (std::size_t layer = 0; layer < now.size(); ++layer) {
    sum += std::abs(now[layer]->output->mean - before[layer]->output->mean) / before[layer]->output->deviation;
  }
  return sum / static_cast<double>(now.size());
}

Numbers distance_of_means(const std::vector<Outcome>& outcomes, std::size_t layer) {
  return over_channels(outcomes, layer, [](const nn::ChannelStatistics& it, std::size_t c) {
    return std::abs(it.running_mean[c] - it.batch_mean[c]) / std::sqrt(it.batch_variance[c]);
  });
}

Numbers ratio_of_deviations(const std::vector<Outcome>& outcomes, std::size_t layer) {
  return over_channels(outcomes, layer, [](const nn::ChannelStatistics& it, std::size_t c) {
    return std::sqrt(it.running_variance[c] / it.batch_variance[c]);
  });
}

}  // namespace lab
