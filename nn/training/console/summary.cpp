#include <autograd/arrays/shape.hpp>
#include <autograd/base/terminal.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/sequential.hpp>
#include <nn/training/console/summary.hpp>
#include <nn/training/console/text_table.hpp>
#include <nn/training/not_finite.hpp>

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

/// Fills the table with modules, each followed by what is in it. The shapes are those of a run on zeros.
template <class T>
class Rows {
 public:
  explicit Rows(TextTable& table) : table_(table) {}

  /// A layer with its place in the network and its input's shape; returns that of its output.
  Shape add(const std::string& place, Module<T>& layer, const Shape& input) {
    const OutputShapes<T> shapes;
    const Shape output = run(place, layer, input);
    const std::string type = snake_case(layer.type());
    const std::size_t before = seen_[type]++;
    const std::string name = before > 0 ? fmt::format("{}_{}", type, before) : type;
    add_row(name, layer, batch_shape(output));
    add_children(name, layer, shapes);
    return output;
  }

 private:
  static Shape run(const std::string& place, Module<T>& layer, const Shape& input) {
    try {
      return layer(zeros<T>(input)).shape();
    } catch (const Error& error) {
      fail("summary", fmt::format("layer '{}' ({}) cannot take its input {}: {}", place, layer.type(),
                                  batch_shape(input), error.what()));
    }
  }

  void add_children(const std::string& parent, Module<T>& module, const OutputShapes<T>& shapes) {
    for (const auto& [name, child] : module.parts().children) {
      const std::optional<Shape> shape = shapes.of(*child);
      add_row(parent + "." + name, *child, shape ? batch_shape(*shape) : "not run");
      add_children(parent + "." + name, *child, shapes);
    }
  }

  void add_row(const std::string& name, Module<T>& module, const std::string& shape) {
    table_.add(
        {fmt::format("{} ({})", name, module.type()), shape, with_commas(trainable(module) + not_trainable(module))});
  }

  TextTable& table_;
  std::map<std::string, std::size_t> seen_;  // how many layers of a class came before
};

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
  Shape shape = input_shape;
  shape.insert(shape.begin(), some_batch);
  const NoRecord pause;
  const EvaluationMode evaluation;
  ForwardState<T> state(model);
  state.keep();
  Rows<T> rows(table);
  if (dynamic_cast<Sequential<T>*>(&model) != nullptr) {
    for (const auto& [place, layer] : model.parts().children) shape = rows.add(place, *layer, shape);
  } else {
    rows.add("", model, shape);
  }
  state.restore();
  return fmt::format("Model: \"{}\"\n", snake_case(model.type())) + table.text() + totals(model, options);
}

template std::string summary(Module<float>&, const Shape&, const SummaryOptions<float>&);
template std::string summary(Module<double>&, const Shape&, const SummaryOptions<double>&);

}  // namespace wengert::nn
