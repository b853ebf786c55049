#pragma once

#include <autograd/arrays/array.hpp>
#include <autograd/numbers/symbol.hpp>

namespace wengert::explain {

/// What formulas are evaluated on: float, double or long double.
template <class N>
using Operands = std::vector<Array<N>>;

/// Whether a part of a formula is a sign, a comparison or a function of single elements.
template <class N>
bool is_elementwise(const Symbol& part);

/// Its value, with NumPy's broadcasting, by the functions of the standard library for that number.
template <class N>
Array<N> elementwise_value(const Symbol& part, const Operands<N>& x);

}  // namespace wengert::explain
