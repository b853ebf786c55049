#include <autograd/arrays/shape.hpp>
#include <autograd/base/terminal.hpp>
#include <nn/sequential.hpp>
#include <nn/training/console/summary.hpp>
#include <nn/training/console/text_table.hpp>

#include <cctype>
#include <map>

namespace wengert::nn {
namespace {

constexpr std::size_t some_batch = 2;  // not one, which a layer may refuse

std::size_t table_width(std::size_t width) {
  return width > 0 ? width : std::min<std::size_t>(88, std::max<std::size_t>(base::terminal_columns(), 44) - 4);
}

/// 109386 as `109,386`.
std::string with_commas(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t digits = 3; digits < text.size(); digits += 4) text.insert(text.size() - digits, 1, ',');
  return text;
}

std::string memory_size(std::size_t bytes) {
  auto size = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* next : {"KB", "MB", "GB", "TB"}) {
    if (size < 1024.0) break;
    size /= 1024.0;
    unit = next;
  }
  return fmt::format("{:.2f} {}", size, unit);
}

/// The shape with a batch of any size: `(None, 64)`.
std::string batch_shape(const Shape& shape) {
  std::string text = "(None";
  for (std::size_t axis = 1; axis < shape.size(); ++axis) text += fmt::format(", {}", shape[axis]);
  return text + ")";
}

template <class T>
std::size_t trainable(Module<T>& module) {
  std::size_t count = 0;
  for (const Var<T>& parameter : module.parameters()) count += parameter.size();
  return count;
}

/// The elements of the buffers, without PyTorch's count of the batches seen, which Keras does not have.
template <class T>
std::size_t not_trainable(Module<T>& module) {
  std::size_t count = 0;
  for (const auto& [name, buffer] : module.named_buffers()) {
    if (!name.ends_with("num_batches_tracked")) count += buffer->size();
  }
  return count;
}

template <class T>
std::size_t remembered(optim::AnyOptimizer<T>& optimizer) {
  std::size_t count = 0;
  for (const optim::OptimizerState<T>& state : optimizer.state()) count += state.array->size();
  return count;
}

/// The layers of a Sequential, or the network itself as the only one.
template <class T>
std::vector<Named<Module<T>*>> layers(Module<T>& model) {
  if (dynamic_cast<Sequential<T>*>(&model) == nullptr) return {{"", &model}};
  return model.parts().children;
}

template <class T>
Shape output_shape(const Named<Module<T>*>& layer, const Shape& input) {
  try {
    return layer.value->output_shape(input);
  } catch (const Error& error) {
    fail("summary", fmt::format("layer '{}' ({}) cannot take its input {}: {}", layer.name, layer.value->type(),
                                batch_shape(input), error.what()));
  }
}

template <class T>
std::string total(const char* what, std::size_t count) {
  return fmt::format(" {} params: {} ({})\n", what, with_commas(count), memory_size(count * sizeof(T)));
}

template <class T>
std::string totals(Module<T>& model, const SummaryOptions<T>& options) {
  const std::size_t trained = trainable(model), others = not_trainable(model);
  const std::size_t state = options.optimizer != nullptr ? remembered(*options.optimizer) : 0;
  return total<T>("Total", trained + others + state) + total<T>("Trainable", trained) +
         total<T>("Non-trainable", others) + (options.optimizer != nullptr ? total<T>("Optimizer", state) : "");
}

}  // namespace

std::string snake_case(const std::string& type) {
  const auto is = [&](std::size_t i, int (*kind)(int)) {
    return i < type.size() && kind(static_cast<unsigned char>(type[i])) != 0;
  };
  std::string name;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const bool begins_word = is(i, std::isupper) && (is(i + 1, std::islower) || is(i - 1, std::islower));
    if (i > 0 && begins_word) name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(type[i])));
  }
  return name;
}

template <class T>
std::string summary(Module<T>& model, const Shape& input_shape, const SummaryOptions<T>& options) {
  TextTable table(table_width(options.width), {"Layer (type)", "Output Shape", "Param #"});
  std::map<std::string, std::size_t> seen;  // how many layers of a class came before
  Shape shape = input_shape;
  shape.insert(shape.begin(), some_batch);
  for (const Named<Module<T>*>& layer : layers(model)) {
    shape = output_shape(layer, shape);
    const std::string type = layer.value->type(), name = snake_case(type);
    const std::size_t before = seen[name]++;
    table.add({fmt::format("{}{} ({})", name, before > 0 ? fmt::format("_{}", before) : "", type), batch_shape(shape),
               with_commas(trainable(*layer.value) + not_trainable(*layer.value))});
  }
  return fmt::format("Model: \"{}\"\n", snake_case(model.type())) + table.text() + totals(model, options);
}

template std::string summary(Module<float>&, const Shape&, const SummaryOptions<float>&);
template std::string summary(Module<double>&, const Shape&, const SummaryOptions<double>&);

}  // namespace wengert::nn
