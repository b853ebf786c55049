#include <autograd/explain/trace.hpp>

namespace wengert::explain {
namespace {

/// The formulas of what a rule has recorded on a tape of its own, in terms of the entry that the rule belongs to.
template <class T>
class RuleTrace {
 public:
  RuleTrace(const Entry<T>& entry, std::size_t slot, const Var<T>& cotangent, Names<T>& names)
      : entry_(entry), slot_(slot), cotangent_(cotangent), names_(names) {}

  /// The formula of what the rule for one operand returned.
  Symbol operator()(const Tape<T>& tape, const Var<T>& result) {
    const Symbol g = names_.adjoint(slot_);
    const std::optional<Symbol> name = known(result);
    const Symbol formula = name ? *name : tape.has(result) ? formulas_of(tape)[tape.slot_of("adjoint", result)] : 0.0;
    if (contains(formula, g)) return formula;
    const Array<T>& value = result.value();
    const bool is_zero = std::all_of(value.data(), value.data() + value.size(), [](T x) { return x == 0; });
    return is_zero ? Symbol(0.0) : unknown();
  }

 private:
  std::optional<Symbol> known(const Var<T>& x) {
    if (same(x, cotangent_)) return names_.adjoint(slot_);
    if (same(x, entry_.output)) return names_.variable(slot_);
    for (const Operand<T>& operand : entry_.operands) {
      if (same(x, operand.var)) return names_.operand(operand);
    }
    return std::nullopt;
  }

  std::vector<Symbol> formulas_of(const Tape<T>& tape) {
    std::vector<Symbol> formulas;
    for (std::size_t slot = 0; slot < tape.size(); ++slot) {
      const Entry<T>& step = tape.entry(slot);
      std::vector<Symbol> inputs;
      for (const Operand<T>& operand : step.operands) {
        const std::optional<Symbol> name = known(operand.var);
        if (name) inputs.push_back(*name);
        else inputs.push_back(operand.is_constant() ? names_.constant(operand.var) : formulas[operand.slot]);
      }
      const std::optional<Symbol> name = known(step.output);
      if (name) formulas.push_back(*name);
      else formulas.push_back(step.is_leaf() ? names_.constant(step.output) : step.operation->formula(inputs));
    }
    return formulas;
  }

  const Entry<T>& entry_;
  std::size_t slot_;
  const Var<T>& cotangent_;
  Names<T>& names_;
};

/// Writes the contributions that only the rules of the entry say.
template <class T>
void trace_rules(const Entry<T>& entry, std::size_t slot, const std::vector<bool>& wanted, Names<T>& names,
                 std::vector<Symbol>& formulas) {
  require(!NoRecord::active(), "adjoint",
          "the rule of '{}' is printed by recording it, but a NoRecord is in scope; print outside of that scope",
          entry.operation->name());
  Tape<T> tape;
  const Var<T> cotangent = Var<T>::parameter(ones<T>(entry.output.shape()));
  std::vector<std::optional<Var<T>>> results(entry.operands.size());
  std::vector<Target<T>> targets;
  for (std::size_t i = 0; i < results.size(); ++i)
    targets.emplace_back(entry.operation->name(), entry.operands[i].var, wanted[i] ? &results[i] : nullptr);
  entry.operation->pull_back_recorded(entry, cotangent, targets);
  RuleTrace<T> formula_of(entry, slot, cotangent, names);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) formulas[i] = formula_of(tape, *results[i]);
  }
}

/// A derivative in terms of the output where it occurs: 1 - a² for a = tanh(z).
Symbol by_output(const Symbol& contribution, const Symbol& formula, const Symbol& output) {
  if (formula.kind() != Symbol::Kind::call) return contribution;
  return contribution.replaced(
      [&](const Symbol& part) { return same(part, formula) ? std::make_optional(output) : std::nullopt; });
}

}  // namespace

const Symbol& unknown() {
  thread_local const Symbol symbol("?");
  return symbol;
}

template <class T>
std::vector<Symbol> contributions(const Entry<T>& entry, std::size_t slot, const std::vector<bool>& wanted,
                                  Names<T>& names) {
  std::vector<Symbol> operands;
  for (const Operand<T>& operand : entry.operands) operands.push_back(names.operand(operand));
  std::vector<Symbol> formulas(operands.size(), Symbol(0.0));
  std::vector<bool> by_rule(operands.size(), false);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!wanted[i]) continue;
    const std::optional<Symbol> formula = entry.operation->adjoint(entry, i, names.adjoint(slot), operands);
    by_rule[i] = !formula;
    if (formula) formulas[i] = by_output(*formula, entry.operation->formula(operands), names.variable(slot));
  }
  if (std::find(by_rule.begin(), by_rule.end(), true) != by_rule.end())
    trace_rules(entry, slot, by_rule, names, formulas);
  for (Symbol& formula : formulas) formula = names.with_unique_constants(formula);
  return formulas;
}

template std::vector<Symbol> contributions(const Entry<float>&, std::size_t, const std::vector<bool>&, Names<float>&);
template std::vector<Symbol> contributions(const Entry<double>&, std::size_t, const std::vector<bool>&, Names<double>&);

}  // namespace wengert::explain
