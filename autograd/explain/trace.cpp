#include <autograd/explain/trace.hpp>
#include <autograd/tape/tape.hpp>

#include <fmt/format.h>

namespace wengert::explain {
namespace {

/// A constant's own name, its number, or `constant(8, 3)`.
template <class T>
Symbol constant_symbol(const Var<T>& x) {
  if (!x.name().empty()) return Symbol(x.name());
  if (x.size() == 1) return Symbol(std::stod(fmt::format("{}", x.item())));  // a float's 0.1 stays 0.1
  return Symbol("constant" + to_string(x.shape()));
}

/// The names that the variables of an entry have in its rules.
template <class T>
class RuleNames {
 public:
  RuleNames(const Entry<T>& entry, const Var<T>& cotangent, const Symbol& g, std::span<const Symbol> names)
      : entry_(entry), cotangent_(cotangent), g_(g), names_(names) {}

  std::optional<Symbol> operator()(const Var<T>& x) const {
    if (same(x, cotangent_)) return g_;
    for (std::size_t i = 0; i < entry_.operands.size(); ++i) {
      if (same(x, entry_.operands[i].var)) return names_[i];
    }
    if (!same(x, entry_.output)) return std::nullopt;
    if (names_.size() > entry_.operands.size()) return names_.back();
    return Symbol(x.name().empty() ? "y" : x.name());
  }

 private:
  const Entry<T>& entry_;
  const Var<T>& cotangent_;
  const Symbol& g_;
  std::span<const Symbol> names_;
};

/// The formula of every slot of a rule's tape, in terms of the known names alone.
template <class T>
std::vector<Symbol> formulas_of(const Tape<T>& tape, const RuleNames<T>& known) {
  std::vector<Symbol> formulas;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Entry<T>& step = tape.entry(slot);
    std::vector<Symbol> inputs;
    for (const Operand<T>& operand : step.operands) {
      const std::optional<Symbol> name = known(operand.var);
      if (name) inputs.push_back(*name);
      else inputs.push_back(operand.is_constant() ? operand_symbol(operand) : formulas[operand.slot]);
    }
    if (step.is_leaf()) formulas.push_back(known(step.output).value_or(constant_symbol(step.output)));
    else formulas.push_back(step.operation->formula(inputs));
  }
  return formulas;
}

/// The formula of what the rule for one operand returns; none if that does not come from the cotangent, and is zero.
template <class T>
std::optional<Symbol> traced(const Tape<T>& tape, const Var<T>& result, const RuleNames<T>& known) {
  if (const std::optional<Symbol> name = known(result)) return name;
  if (!tape.has(result)) return std::nullopt;
  return formulas_of(tape, known)[tape.slot_of("adjoint", result)];
}

}  // namespace

template <class T>
std::string slot_name(const Var<T>& x, std::size_t slot) {
  return x.name().empty() ? "v" + std::to_string(slot) : x.name();
}

template <class T>
Symbol operand_symbol(const Operand<T>& operand) {
  if (operand.is_constant()) return constant_symbol(operand.var);
  return Symbol(slot_name(operand.var, operand.slot));
}

template <class T>
std::vector<Symbol> contributions(const Entry<T>& entry, const std::vector<bool>& wanted, const Symbol& g,
                                  std::span<const Symbol> names) {
  const std::size_t count = entry.operands.size();
  std::vector<Symbol> formulas(count, Symbol(0.0));
  std::vector<bool> untold = wanted;
  for (std::size_t i = 0; i < count; ++i) {
    const auto formula = wanted[i] ? entry.operation->adjoint(entry, i, g, names) : std::nullopt;
    if (!formula) continue;
    formulas[i] = *formula;
    untold[i] = false;
  }
  if (std::find(untold.begin(), untold.end(), true) == untold.end()) return formulas;
  require(!NoRecord::active(), "adjoint",
          "the rule of '{}' is printed by recording it, but a NoRecord is in scope; print outside of that scope",
          entry.operation->name());
  Tape<T> tape;
  const Var<T> cotangent = Var<T>::parameter(zeros<T>(entry.output.shape()));
  std::vector<std::optional<Var<T>>> results(count);
  std::vector<Target<T>> targets;
  for (std::size_t i = 0; i < count; ++i)
    targets.emplace_back(entry.operation->name(), entry.operands[i].var, untold[i] ? &results[i] : nullptr);
  entry.operation->pull_back_recorded(entry, cotangent, targets);
  const RuleNames<T> known(entry, cotangent, g, names);
  for (std::size_t i = 0; i < count; ++i) {
    if (results[i]) formulas[i] = traced(tape, *results[i], known).value_or(Symbol(0.0));
  }
  return formulas;
}

template std::string slot_name(const Var<float>&, std::size_t);
template std::string slot_name(const Var<double>&, std::size_t);
template Symbol operand_symbol(const Operand<float>&);
template Symbol operand_symbol(const Operand<double>&);
template std::vector<Symbol> contributions(const Entry<float>&, const std::vector<bool>&, const Symbol&,
                                           std::span<const Symbol>);
template std::vector<Symbol> contributions(const Entry<double>&, const std::vector<bool>&, const Symbol&,
                                           std::span<const Symbol>);

}  // namespace wengert::explain
