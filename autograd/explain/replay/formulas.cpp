#include <autograd/explain/names.hpp>
#include <autograd/explain/replay/formulas.hpp>
#include <autograd/explain/trace.hpp>

namespace wengert::explain {

Notation notation(const Symbol& formula) { return {formula.text(), formula.latex(), formula.mathml()}; }

template <class T>
Formulas<T>::Formulas(const Tape<T>& tape) : tape_(tape), names_(slot_names(tape)) {
  UniqueNames unique;
  for (std::size_t slot = 0; slot < names_.size(); ++slot) unique(names_[slot], slot);
  for (std::size_t slot = 0; slot < names_.size(); ++slot) adjoints_.push_back(unique("d" + names_[slot], slot));
}

template <class T>
Symbol Formulas<T>::variable(std::size_t slot) {
  return Symbol(names_[slot]);
}

template <class T>
Symbol Formulas<T>::adjoint(std::size_t slot) {
  return Symbol(adjoints_[slot]);
}

template <class T>
Symbol Formulas<T>::operand(const Operand<T>& operand) {
  return operand.is_constant() ? operand_symbol(operand) : variable(operand.slot);
}

template <class T>
Symbol Formulas<T>::forward(std::size_t slot) {
  const Entry<T>& entry = tape_.entry(slot);
  return entry.operation->formula(operand_symbols(entry, names_));
}

template <class T>
std::vector<Symbol> Formulas<T>::rules(std::size_t slot, const std::vector<bool>& wanted) {
  const Entry<T>& entry = tape_.entry(slot);
  std::vector<Symbol> names = operand_symbols(entry, names_);
  names.push_back(variable(slot));
  return contributions(entry, wanted, adjoint(slot), names);
}

template class Formulas<float>;
template class Formulas<double>;

}  // namespace wengert::explain
