#pragma once

#include <autograd/explain/evaluate.hpp>

namespace wengert::explain {

/// The formula with comparisons as calls, less(a, b), and with calls that are told all that they depend on: the sizes
/// of windows, strides and paddings also where they are as usual, and the shapes that follow from them.
Symbol with_explicit_calls(const Symbol& formula, const Values& values);

}  // namespace wengert::explain
