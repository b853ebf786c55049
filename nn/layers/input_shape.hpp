#pragma once

#include <autograd/tape/var.hpp>

namespace wengert::nn {

/// An input as the errors of layers show it: `'pixels' (32, 63)`, or `an input of shape (32, 63)`. Made into text only
/// when it is printed.
struct InputShape {
  const Shape& shape;
  std::string_view name{};
};
std::string to_string(const InputShape& input);

template <class T>
InputShape input_of(const Var<T>& x) {
  return {x.shape(), x.name()};
}

}  // namespace wengert::nn

template <>
struct fmt::formatter<wengert::nn::InputShape> : wengert::TextFormatter {};
