#pragma once

#include <autograd/base/requirements.hpp>

#include <string_view>

namespace wengert {

/// A number with a name: formulas compute with its value and print its name, `Constant epsilon{"ε", 1e-5}`.
/// The name must outlive the formula; string literals do.
struct Constant {
  std::string_view name;
  double value;
};

}  // namespace wengert
