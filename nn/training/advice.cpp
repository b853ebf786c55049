#include <nn/layers/activations.hpp>
#include <nn/sequential.hpp>
#include <nn/training/advice.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace wengert::nn {
namespace {

constexpr double share_that_lags = 0.05;  // of the first values in the running statistics

/// Whether every row of K >= 2 numbers is in [0, 1] and sums to 1.
template <class T>
bool are_distributions(const Var<T>& outputs) {
  if (outputs.rank() < 2 || outputs.shape().back() < 2) return false;
  const std::size_t classes = outputs.shape().back();
  const T* p = outputs.value().data();
  for (std::size_t row = 0; row < outputs.size(); row += classes) {
    double sum = 0.0;
    for (std::size_t k = 0; k < classes; ++k, ++p) {
      if (!(*p >= T(0) && *p <= T(1))) return false;
      sum += static_cast<double>(*p);
    }
    if (std::abs(sum - 1.0) > 1e-4) return false;
  }
  return true;
}

/// Whether the last layer of a Sequential is a Sigmoid.
template <class T>
bool ends_in_sigmoid(Module<T>& model) {
  auto* const sequential = dynamic_cast<Sequential<T>*>(&model);
  if (sequential == nullptr || sequential->size() == 0) return false;
  return dynamic_cast<Sigmoid<T>*>(&(*sequential)[sequential->size() - 1]) != nullptr;
}

const std::string* setting(const std::vector<Named<std::string>>& settings, const std::string& name) {
  for (const auto& item : settings) {
    if (item.name == name) return &item.value;
  }
  return nullptr;
}

}  // namespace

template <class T>
std::string advice_on_outputs(Module<T>& model, const Var<T>& outputs, const Loss<T>& loss) {
  if (loss.outputs() == OutputKind::class_logits && are_distributions(outputs)) {
    return "[fit] Warning: the network's outputs are probabilities, every row sums to 1, but the loss takes logits and "
           "applies a softmax of its own, so that it stays large; leave the Softmax at the end out, or use "
           "nn::cross_entropy_from_probabilities.\n";
  }
  if (loss.outputs() == OutputKind::binary_logits && ends_in_sigmoid(model)) {
    return "[fit] Warning: the network ends in a Sigmoid, but the loss takes logits and applies a sigmoid of its own; "
           "leave the Sigmoid out, or use nn::binary_cross_entropy_from_probabilities.\n";
  }
  return {};
}

std::string advice_on_batch_size(std::size_t batch_size, std::size_t samples) {
  if (batch_size <= samples) return {};
  return fmt::format("[fit] Note: batch_size is {}, but there are {} samples: an epoch is one step.\n", batch_size,
                     samples);
}

template <class T>
std::string advice_on_running_statistics(Module<T>& model) {
  constexpr std::string_view counter = "num_batches_tracked";
  const std::vector<Named<std::string>> settings = model.named_settings();
  for (const auto& [name, batches] : model.named_buffers()) {
    if (!name.ends_with(counter)) continue;
    const std::string layer = name.substr(0, name.size() - counter.size());  // with its dot
    const std::string* const momentum = setting(settings, layer + "momentum");
    double share = 0.0;
    if (momentum == nullptr || *momentum == "average") continue;
    std::from_chars(momentum->data(), momentum->data() + momentum->size(), share);
    const double steps = static_cast<double>(*batches->data()), left = std::pow(1.0 - share, steps);
    const bool is_frozen = steps == 0.0;  // its layer was in evaluation mode
    if (is_frozen || !(left > share_that_lags)) continue;
    return fmt::format(
        "[fit] Note: after {} steps with momentum {} the running statistics of '{}' are still to {:.0f} % "
        "what they began with, so evaluation lags behind training; train longer or raise the momentum "
        "of the batch norm.\n",
        steps, *momentum, layer.substr(0, layer.size() - (layer.empty() ? 0 : 1)), 100.0 * left);
  }
  return {};
}

template std::string advice_on_outputs(Module<float>&, const Var<float>&, const Loss<float>&);
template std::string advice_on_outputs(Module<double>&, const Var<double>&, const Loss<double>&);
template std::string advice_on_running_statistics(Module<float>&);
template std::string advice_on_running_statistics(Module<double>&);

}  // namespace wengert::nn
