#pragma once

#include <autograd/arrays/array.hpp>
#include <autograd/numbers/symbol.hpp>

#include <map>

namespace wengert::explain {

/// Arrays by the names that formulas give them.
template <class N>
using ValuesIn = std::map<std::string, Array<N>>;

/// The value of a formula in float, double or long double, whatever recorded it: every operation is rounded to that
/// format by itself, sums are added up in the order of memory, and functions are those of the standard library. The
/// kernels of `evaluate` do better than that. Throws an Error as `evaluate` does.
template <class N>
Array<N> evaluate_in(const Symbol& formula, const ValuesIn<N>& values);

}  // namespace wengert::explain
