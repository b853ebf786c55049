#pragma once

#include <autograd/numbers/symbol.hpp>

#include <map>

namespace wengert::explain {

/// Arrays by the names that formulas give them.
using Values = std::map<std::string, Array<double>>;

/// The value of a formula, given those of its names; constants bring theirs along. Every operation of the library is
/// known. Throws an Error that names what has no value, or a function that is not known.
Array<double> evaluate(const Symbol& formula, const Values& values);

}  // namespace wengert::explain
