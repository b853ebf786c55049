#include <autograd/operations/normalisation.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/batch_norm.hpp>
#include <nn/training/callbacks/record_statistics.hpp>

#include <algorithm>
#include <cmath>

namespace wengert::nn {
namespace {

/// The modules that have no others in them, by their places in the network; the first one of several.
template <class T>
void list_layers(Module<T>& module, const std::string& name, std::map<const Module<T>*, std::string>& names) {
  const auto children = module.parts().children;
  if (children.empty()) names.try_emplace(&module, name);
  for (const auto& [child_name, child] : children) {
    list_layers(*child, name.empty() ? child_name : fmt::format("{}.{}", name, child_name), names);
  }
}

template <class T>
std::vector<double> numbers(const Array<T>& array) {
  return std::vector<double>(array.begin(), array.end());
}

/// All axes but that of the channels.
Axes axes_of_batch(std::size_t rank) {
  Axes axes{0};
  for (std::size_t axis = 2; axis < rank; ++axis) axes.push_back(static_cast<std::ptrdiff_t>(axis));
  return axes;
}

template <class T>
std::optional<ChannelStatistics> channels_of(const Module<T>& module, const Var<T>& input) {
  const auto* const layer = dynamic_cast<const BatchNorm<T>*>(&module);
  if (layer == nullptr || !layer->options().track_running_statistics) return std::nullopt;
  const NoRecord pause;
  const Moments<T> batch = moments(input, axes_of_batch(input.rank()));
  return ChannelStatistics{numbers(batch.mean.value()), numbers(batch.variance.value()),
                           numbers(layer->running().mean()), numbers(layer->running().variance())};
}

template <class T>
std::vector<GradientNorm> gradient_norms(Module<T>& model) {
  std::vector<GradientNorm> norms;
  for (const auto& [name, parameter] : model.named_parameters()) {
    if (parameter.has_grad()) norms.push_back({name, snapshot(parameter.grad(), 0)->norm});
  }
  return norms;
}

}  // namespace

template <class T>
RecordStatistics<T>::RecordStatistics(RecordStatisticsOptions options) : options_(options) {
  const auto [low, high] = options.range;
  require(options.bins > 0, "RecordStatistics", "got 0 bins; expected one or more");
  require(std::isfinite(high - low) && low < high, "RecordStatistics",
          "the range of the histograms is from {} to {}; expected a smaller and a larger number", low, high);
}

template <class T>
std::vector<double> RecordStatistics<T>::histogram(const Array<T>& array) const {
  const auto [low, high] = options_.range;
  const auto bins = static_cast<double>(options_.bins);
  std::vector<double> shares(options_.bins, 0.0);
  for (const T element : array) {
    if (std::isnan(element)) continue;
    const double place = std::floor((static_cast<double>(element) - low) / (high - low) * bins);
    shares[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1.0))] += 1.0 / static_cast<double>(array.size());
  }
  return shares;
}

template <class T>
void RecordStatistics<T>::look_at(const Module<T>& module, const Var<T>& input, const Var<T>& output) {
  const auto name = names_.find(&module);
  if (name == names_.end() || EvaluationMode::active()) return;  // another callback may evaluate the network
  layers_.push_back({.name = name->second,
                     .type = module.type(),
                     .output = snapshot(output.value(), 0),
                     .histogram = histogram(output.value()),
                     .channels = channels_of(module, input)});
}

template <class T>
void RecordStatistics<T>::on_epoch_begin(Training<T>& training) {
  names_.clear();
  layers_.clear();
  list_layers(training.model, "", names_);
  watch_.emplace(
      [this](const Module<T>& module, const Var<T>& input, const Var<T>& output) { look_at(module, input, output); });
}

template <class T>
void RecordStatistics<T>::on_batch_end(Training<T>& training) {
  if (!watch_) return;
  watch_.reset();
  epochs_.push_back({training.epoch, std::move(layers_), gradient_norms(training.model)});
}

template <class T>
void RecordStatistics<T>::on_train_end(Training<T>&) {
  watch_.reset();
}

template class RecordStatistics<float>;
template class RecordStatistics<double>;

}  // namespace wengert::nn
