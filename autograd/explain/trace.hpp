#pragma once

#include <autograd/operation.hpp>

namespace wengert::explain {

/// The name that a printed formula gives to what a slot holds: the variable's own, or v3 for slot 3 (Wengert's v_3).
template <class T>
std::string slot_name(const Var<T>& x, std::size_t slot);

/// An operand as a formula: its name, its number if it is a constant scalar, or `constant` with its shape.
template <class T>
Symbol operand_symbol(const Operand<T>& operand);

/// What a rule computes, as a formula: runs it on a tape of its own and puts the recorded formulas into each other.
/// `g` and `operands` are the names of the cotangent and of the entry's operands.
template <class T>
Symbol trace_rule(const Entry<T>& entry, const std::function<Var<T>(const Var<T>&)>& rule, const Symbol& g,
                  std::span<const Symbol> operands);

extern template std::string slot_name(const Var<float>&, std::size_t);
extern template std::string slot_name(const Var<double>&, std::size_t);

}  // namespace wengert::explain
