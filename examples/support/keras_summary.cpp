#include "keras_summary.hpp"

#include <fmt/format.h>
#include <nn/training/console/summary.hpp>

#include <algorithm>
#include <map>

namespace examples {
namespace {

using namespace wengert;

constexpr std::size_t line_width = 65, first_column = 29, second_column = 26;
constexpr std::size_t name_width = first_column - 3;  // a space before it and two behind it

/// What Keras calls a layer of ours.
std::string keras_type(const std::string& type) {
  static const std::map<std::string, std::string> names{{"Linear", "Dense"},
                                                        {"BatchNorm1d", "BatchNormalization"},
                                                        {"BatchNorm2d", "BatchNormalization"},
                                                        {"Conv2d", "Conv2D"},
                                                        {"MaxPool2d", "MaxPooling2D"}};
  const auto found = names.find(type);
  return found == names.end() ? type : found->second;
}

std::string text_of(const Shape& shape) {
  std::string text = "(None";
  for (std::size_t axis = 1; axis < shape.size(); ++axis) text += fmt::format(", {}", shape[axis]);
  return text + ")";
}

std::string memory_size(std::size_t bytes) {
  if (bytes < 1024) return fmt::format("{:.2f} Byte", static_cast<double>(bytes));
  const double kilobytes = static_cast<double>(bytes) / 1024.0;
  return kilobytes < 1024.0 ? fmt::format("{:.2f} KB", kilobytes) : fmt::format("{:.2f} MB", kilobytes / 1024.0);
}

/// Images of (N, C, H, W) as Keras has them, (N, H, W, C).
std::string keras_shape(Shape shape) {
  if (shape.size() == 4) std::rotate(shape.begin() + 1, shape.begin() + 2, shape.end());
  return text_of(shape);
}

/// Numbers the names of the layers and networks of a program.
class Names {
 public:
  std::string next(const std::string& type) {
    const std::string name = nn::snake_case(type);
    const std::size_t before = seen_[name]++;
    return before == 0 ? name : fmt::format("{}_{}", name, before);
  }

 private:
  std::map<std::string, std::size_t> seen_;
};

std::string row(const std::string& name, const std::string& shape, const std::string& parameters) {
  std::string text = fmt::format(" {:<{}}{:<{}}{:<{}}\n", name.substr(0, name_width), first_column - 1, shape,
                                 second_column, parameters, line_width - first_column - second_column);
  if (name.size() > name_width) text += fmt::format(" {:<{}}\n", name.substr(name_width), line_width - 1);
  return text;
}

std::string total(const char* what, std::size_t count) {
  return fmt::format("{} params: {} ({})\n", what, count, memory_size(count * sizeof(float)));
}

std::string text_of(const ModelSummary& model, const std::vector<std::string>& inside, Names& names) {
  const std::string rule = fmt::format("{:_<{}}\n", "", line_width);
  std::string text = fmt::format("Model: \"{}\"\n{}", names.next(model.type), rule);
  text += row("Layer (type)", "Output Shape", "Param #");
  for (const LayerSummary& layer : model.layers) {
    if (std::find(inside.begin(), inside.end(), layer.type) != inside.end()) continue;
    const std::string type = keras_type(layer.type);
    text += row(fmt::format("{} ({})", names.next(type), type), keras_shape(layer.output),
                std::to_string(layer.parameters));
    text += fmt::format("{:{}}\n", "", line_width);
  }
  return text + total("Total", model.trainable + model.non_trainable) + total("Trainable", model.trainable) +
         total("Non-trainable", model.non_trainable) + rule;
}

std::size_t trainable(nn::Module<float>& module) {
  std::size_t count = 0;
  for (const Var<float>& parameter : module.parameters()) count += parameter.size();
  return count;
}

/// PyTorch's count of the batches seen is none of Keras's numbers.
std::size_t non_trainable(nn::Module<float>& module) {
  std::size_t count = 0;
  for (const auto& [name, buffer] : module.named_buffers()) {
    if (!name.ends_with("num_batches_tracked")) count += buffer->size();
  }
  return count;
}

}  // namespace

ModelSummary summarise(nn::Module<float>& model, const Shape& input_shape) {
  ModelSummary result{.type = model.type(), .trainable = trainable(model), .non_trainable = non_trainable(model)};
  Shape shape = input_shape;
  shape.insert(shape.begin(), 2);  // some batch
  for (const auto& [name, layer] : model.parts().children) {
    shape = layer->output_shape(shape);
    result.layers.push_back({layer->type(), shape, trainable(*layer) + non_trainable(*layer)});
  }
  return result;
}

std::string keras_summary(std::span<const ModelSummary> models, const std::vector<std::string>& inside) {
  Names names;
  std::string text;
  for (const ModelSummary& model : models) text = text_of(model, inside, names);
  return text;
}

}  // namespace examples
