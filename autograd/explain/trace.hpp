#pragma once

#include <autograd/tape/entry.hpp>

namespace wengert::explain {

/// The name that a printed formula gives to what a slot holds: the variable's own, or v3 for slot 3 (Wengert's v_3).
template <class T>
std::string slot_name(const Var<T>& x, std::size_t slot);

/// An operand as a formula: its name, its number if it is a constant scalar, or `constant` with its shape.
template <class T>
Symbol operand_symbol(const Operand<T>& operand);

/// What an entry contributes to each operand that is wanted, as formulas. Where the operation does not say it itself,
/// its rules run on a tape of their own, and the recorded formulas are put into each other. `g` names the cotangent;
/// `names` are those of the entry's operands and, if it is one longer, of its output. A contribution that is not wanted
/// is 0. Throws an Error if a rule has to be traced while a NoRecord is in scope.
template <class T>
std::vector<Symbol> contributions(const Entry<T>& entry, const std::vector<bool>& wanted, const Symbol& g,
                                  std::span<const Symbol> names);

extern template std::string slot_name(const Var<float>&, std::size_t);
extern template std::string slot_name(const Var<double>&, std::size_t);
extern template Symbol operand_symbol(const Operand<float>&);
extern template Symbol operand_symbol(const Operand<double>&);

}  // namespace wengert::explain
