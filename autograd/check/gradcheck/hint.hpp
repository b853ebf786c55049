#pragma once

#include <autograd/arrays/array.hpp>

#include <string>

namespace wengert::gradients {

/// The gradient with respect to one input, by the tape and by differences; elements that were not compared are NaN in
/// `numeric`.
struct WrongGradient {
  const Array<double>& tape;
  const Array<double>& numeric;
  const Shape& output;  ///< the shape of f(x)
  std::size_t wrong;    ///< elements that disagree
  std::size_t checked;
};

/// What kind of mistake the disagreement looks like.
std::string hint_for(const WrongGradient& gradient);

}  // namespace wengert::gradients
