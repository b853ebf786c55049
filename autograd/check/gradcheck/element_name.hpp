#pragma once

#include <autograd/arrays/array.hpp>

#include <string>

namespace wengert::gradients {

/// `x[2, 1]`, or `x` for a scalar.
std::string element_name(const std::string& array, const Shape& index);

}  // namespace wengert::gradients
