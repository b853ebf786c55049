#include <autograd/explain/names.hpp>
#include <autograd/explain/trace.hpp>

namespace wengert::explain {

std::string UniqueNames::operator()(std::string name, std::size_t slot) {
  while (!taken_.insert(name).second) name += "_" + std::to_string(slot);
  return name;
}

template <class T>
std::vector<std::string> slot_names(const Tape<T>& tape) {
  UniqueNames unique;
  std::vector<std::string> names;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    names.push_back(unique(slot_name(tape.entry(slot).output, slot), slot));
  }
  return names;
}

template <class T>
std::vector<Symbol> operand_symbols(const Entry<T>& entry, const std::vector<std::string>& slot_names) {
  std::vector<Symbol> symbols;
  for (const Operand<T>& operand : entry.operands) {
    symbols.push_back(operand.is_constant() ? operand_symbol(operand) : Symbol(slot_names[operand.slot]));
  }
  return symbols;
}

template std::vector<std::string> slot_names(const Tape<float>&);
template std::vector<std::string> slot_names(const Tape<double>&);
template std::vector<Symbol> operand_symbols(const Entry<float>&, const std::vector<std::string>&);
template std::vector<Symbol> operand_symbols(const Entry<double>&, const std::vector<std::string>&);

}  // namespace wengert::explain
