#pragma once

#include <autograd/explain/names.hpp>

namespace wengert::explain {

/// What an entry contributes to each operand that is wanted, as formulas in the symbols of `names`; `slot` is its own.
/// Where the operation does not say it itself, its rules run on a tape of their own, and the recorded formulas are put
/// into each other. A contribution that is not wanted is 0, one that a rule computes outside of its Vars is `unknown`.
/// Throws an Error if a rule has to be traced while a NoRecord is in scope.
template <class T>
std::vector<Symbol> contributions(const Entry<T>& entry, std::size_t slot, const std::vector<bool>& wanted,
                                  Names<T>& names);

/// What no formula is known for: `?`.
const Symbol& unknown();

}  // namespace wengert::explain
