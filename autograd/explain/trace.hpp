#pragma once

#include <autograd/operation.hpp>

namespace wengert::explain {

/// The name that a printed formula gives to what a slot holds: the variable's own, or v3 for slot 3 (Wengert's v_3).
template <class T>
std::string slot_name(const Var<T>& x, std::size_t slot);

/// An operand as a formula: its name, its number if it is a constant scalar, or `constant` with its shape.
template <class T>
Symbol operand_symbol(const Operand<T>& operand);

/// What a rule contributes to one operand, as a formula: runs it on a tape of its own, puts the recorded formulas into
/// each other, and sums over the axes along which the operand was repeated. `g` names the cotangent; `names` are those
/// of the entry's operands and, if it is one longer, of its output. Throws an Error while a NoRecord is in scope.
template <class T>
Symbol trace_rule(const Entry<T>& entry, std::size_t operand, const std::function<Var<T>(const Var<T>&)>& rule,
                  const Symbol& g, std::span<const Symbol> names);

extern template std::string slot_name(const Var<float>&, std::size_t);
extern template std::string slot_name(const Var<double>&, std::size_t);
extern template Symbol operand_symbol(const Operand<float>&);
extern template Symbol operand_symbol(const Operand<double>&);

}  // namespace wengert::explain
