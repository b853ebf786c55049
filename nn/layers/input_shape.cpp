#include <nn/layers/input_shape.hpp>

namespace wengert::nn {

std::string to_string(const InputShape& input) {
  if (input.name.empty()) return fmt::format("an input of shape {}", input.shape);
  return fmt::format("'{}' {}", input.name, input.shape);
}

}  // namespace wengert::nn
