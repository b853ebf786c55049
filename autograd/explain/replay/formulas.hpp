#pragma once

#include <autograd/explain/replay/replay.hpp>

namespace wengert::explain {

Notation notation(const Symbol& formula);

/// The formulas of a tape's entries and of their rules, with the names that the printed programs use.
template <class T>
class Formulas {
 public:
  explicit Formulas(const Tape<T>& tape);

  Symbol variable(std::size_t slot);
  /// The adjoint of what a slot holds, dx.
  Symbol adjoint(std::size_t slot);
  Symbol operand(const Operand<T>& operand);
  /// What an entry that is no leaf computes.
  Symbol forward(std::size_t slot);
  /// What the entry contributes to each operand that is wanted; 0 for the others.
  std::vector<Symbol> rules(std::size_t slot, const std::vector<bool>& wanted);

 private:
  const Tape<T>& tape_;
  std::vector<std::string> names_;
  std::vector<std::string> adjoints_;
};

extern template class Formulas<float>;
extern template class Formulas<double>;

}  // namespace wengert::explain
