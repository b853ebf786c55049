#include <nn/inference/fold_batch_norm.hpp>
#include <nn/inference/linear_layer.hpp>
#include <nn/layers/batch_norm.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/pooling.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace wengert::nn {
namespace {

template <class Layer, class T>
bool is(const Module<T>& module) {
  return dynamic_cast<const Layer*>(&module) != nullptr;
}

template <class T>
ChannelMap map_of(const BatchNorm<T>& layer) {
  ChannelMap map;
  for (std::size_t c = 0; c < layer.channels(); ++c) {
    const auto at = [c](const Array<T>& numbers) { return static_cast<double>(numbers.data()[c]); };
    const double variance = at(layer.running().variance());
    map.scale.push_back(at(layer.weight().value()) / std::sqrt(variance + layer.options().epsilon));
    map.shift.push_back(at(layer.bias().value()) - map.scale.back() * at(layer.running().mean()));
  }
  return map;
}

/// Why a layer does not give the same behind a map of the channels as before it; nothing if it does.
template <class T>
std::string hindrance(const Module<T>& layer, const ChannelMap& map) {
  if (is<Dropout<T>>(layer) || is<Dropout2d<T>>(layer) || is<AdaptiveAvgPool2d<T>>(layer)) return "";
  if (is<MaxPool2d<T>>(layer)) {
    const bool rises = std::all_of(map.scale.begin(), map.scale.end(), [](double scale) { return scale >= 0.0; });
    return rises ? "" : "takes the largest, which a negative scale makes the smallest";
  }
  if (const auto* pool = dynamic_cast<const AvgPool2d<T>*>(&layer)) {
    const bool counts = pool->options().count_padding && pool->options().padding != Size2d(0);
    return counts ? "counts its padding, which is not shifted" : "";
  }
  return "is no linear layer";
}

/// The layers of the copy, which become fewer.
template <class T>
class Folding {
 public:
  explicit Folding(Sequential<T>& network) {
    for (std::size_t k = 0; k < network.size(); ++k) layers_.push_back({k, network[k].copy()});
    while (fold_one()) continue;  // what one is next to may be another one, until that is folded
  }

  Folded<T> result() && {
    Folded<T> folded;
    for (Place& place : layers_) folded.network.add(std::move(place.layer));
    folded.network.eval();
    for (auto& [number, note] : notes_) folded.notes.push_back(std::move(note));
    return folded;
  }

 private:
  struct Place {
    std::size_t number;  ///< in the network that is copied
    std::unique_ptr<Module<T>> layer;
  };

  std::string name(std::size_t k) const { return fmt::format("{} ({})", layers_[k].number, layers_[k].layer->type()); }

  /// Folds the first batch norm for which that is possible; returns whether there is one.
  bool fold_one() {
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      const auto* batch_norm = dynamic_cast<const BatchNorm<T>*>(layers_[k].layer.get());
      if (batch_norm == nullptr || !fold(k, *batch_norm)) continue;
      layers_.erase(layers_.begin() + static_cast<std::ptrdiff_t>(k));
      return true;
    }
    return false;
  }

  bool fold(std::size_t k, const BatchNorm<T>& batch_norm) {
    std::string& note = notes_[layers_[k].number];
    if (!batch_norm.options().track_running_statistics) {
      note = name(k) + " stays: it has no running statistics";
      return false;
    }
    const ChannelMap map = map_of(batch_norm);
    const std::string before = fold_before(k, map);
    const std::string behind = before.empty() ? "" : fold_behind(k, map);
    if (before.empty() || behind.empty()) return true;
    note = fmt::format("{} stays: {}, and {}", name(k), before, behind);
    return false;
  }

  /// Folds it into the layer before it. Returns why not, or nothing.
  std::string fold_before(std::size_t k, const ChannelMap& map) {
    for (std::size_t j = k; j-- > 0;) {
      const LinearLayer<T> target(*layers_[j].layer);
      if (!target.exists()) {
        const std::string reason = hindrance(*layers_[j].layer, map);
        if (reason.empty()) continue;
        return fmt::format("{} before it {}", name(j), reason);
      }
      if (target.has_activation()) return name(j) + " before it has an activation";
      const bool fits = target.outputs() == map.scale.size() && (!target.is_of_rows() || has_rows(k));
      if (!fits) return name(j) + " before it works along another axis";
      LinearNumbers numbers = target.numbers(target.inputs());
      numbers.follow_with(map);
      replace(k, j, target.with(numbers));
      return "";
    }
    return "nothing is before it";
  }

  /// Folds it into the layer behind it. Returns why not, or nothing.
  std::string fold_behind(std::size_t k, const ChannelMap& map) {
    bool rows = has_rows(k);
    for (std::size_t j = k + 1; j < layers_.size(); ++j) {
      const LinearLayer<T> target(*layers_[j].layer);
      if (!target.exists()) {
        const bool is_flatten = is<Flatten<T>>(*layers_[j].layer);
        const std::string reason = is_flatten ? "" : hindrance(*layers_[j].layer, map);
        rows = rows || is_flatten;
        if (reason.empty()) continue;
        return fmt::format("{} behind it {}", name(j), reason);
      }
      if (target.has_padding()) return name(j) + " behind it pads with zeros, which are not shifted";
      const bool fits =
          target.is_of_rows() ? rows && target.inputs() % map.scale.size() == 0 : target.inputs() == map.scale.size();
      if (!fits) return name(j) + " behind it works along another axis";
      LinearNumbers numbers = target.numbers(map.scale.size());
      numbers.precede_with(map);
      replace(k, j, target.with(numbers));
      return "";
    }
    return "nothing is behind it";
  }

  /// Whether the input of a batch norm is (N, C), as far as the other layers say.
  bool has_rows(std::size_t k) const {
    const auto takes_sequences = [](const Place& place) { return is<Conv1d<T>>(*place.layer); };
    const auto behind = layers_.begin() + static_cast<std::ptrdiff_t>(k);
    if (!is<BatchNorm1d<T>>(*behind->layer) || std::any_of(behind, layers_.end(), takes_sequences)) return false;
    while (k-- > 0) {
      if (is<Flatten<T>>(*layers_[k].layer)) return true;
      if (is<Conv1d<T>>(*layers_[k].layer)) return false;
    }
    return true;
  }

  void replace(std::size_t k, std::size_t target, std::unique_ptr<Module<T>> layer) {
    layers_[target].layer = std::move(layer);
    notes_[layers_[k].number] =
        fmt::format("{} is folded into {} {} it", name(k), name(target), target < k ? "before" : "behind");
  }

  std::vector<Place> layers_;
  std::map<std::size_t, std::string> notes_;  ///< of batch norms, by their numbers
};

}  // namespace

template <class T>
Folded<T> fold_batch_norm(Sequential<T>& network) {
  return Folding<T>(network).result();
}

template Folded<float> fold_batch_norm(Sequential<float>&);
template Folded<double> fold_batch_norm(Sequential<double>&);

}  // namespace wengert::nn
