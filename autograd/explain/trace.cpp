#include <autograd/explain/trace.hpp>
#include <autograd/tape.hpp>

namespace wengert::explain {

template <class T>
std::string slot_name(const Var<T>& x, std::size_t slot) {
  return x.name().empty() ? "v" + std::to_string(slot) : x.name();
}

template <class T>
Symbol operand_symbol(const Operand<T>& operand) {
  const Var<T>& x = operand.var;
  if (!operand.is_constant()) return Symbol(slot_name(x, operand.slot));
  if (!x.name().empty()) return Symbol(x.name());
  if (x.size() == 1) return Symbol(static_cast<double>(x.item()));
  return Symbol("constant" + to_string(x.shape()));
}

template <class T>
Symbol trace_rule(const Entry<T>& entry, const std::function<Var<T>(const Var<T>&)>& rule, const Symbol& g,
                  std::span<const Symbol> operands) {
  Tape<T> tape;
  const Var<T> cotangent = Var<T>::parameter(zeros<T>(entry.output.shape()));
  const Var<T> result = rule(cotangent);
  const auto known = [&](const Var<T>& x) -> std::optional<Symbol> {
    if (same(x, cotangent)) return g;
    for (std::size_t i = 0; i < entry.operands.size(); ++i) {
      if (same(x, entry.operands[i].var)) return operands[i];
    }
    if (same(x, entry.output) && !x.name().empty()) return Symbol(x.name());
    return std::nullopt;
  };
  std::vector<Symbol> formulas;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Entry<T>& step = tape.entry(slot);
    std::vector<Symbol> inputs;
    for (const Operand<T>& operand : step.operands) {
      const std::optional<Symbol> name = known(operand.var);
      if (name) inputs.push_back(*name);
      else inputs.push_back(operand.is_constant() ? operand_symbol(operand) : formulas[operand.slot]);
    }
    if (step.is_leaf()) formulas.push_back(known(step.output).value_or(Symbol(slot_name(step.output, slot))));
    else formulas.push_back(step.operation->formula(inputs));
  }
  if (const std::optional<Symbol> name = known(result)) return *name;
  return tape.has(result) ? formulas[tape.slot_of("adjoint", result)] : Symbol("constant" + to_string(result.shape()));
}

template std::string slot_name(const Var<float>&, std::size_t);
template std::string slot_name(const Var<double>&, std::size_t);
template Symbol operand_symbol(const Operand<float>&);
template Symbol operand_symbol(const Operand<double>&);
template Symbol trace_rule(const Entry<float>&, const std::function<Var<float>(const Var<float>&)>&, const Symbol&,
                           std::span<const Symbol>);
template Symbol trace_rule(const Entry<double>&, const std::function<Var<double>(const Var<double>&)>&, const Symbol&,
                           std::span<const Symbol>);

}  // namespace wengert::explain
