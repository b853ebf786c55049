#include <autograd/explain/gates.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/tape/tape.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;

class Gates {
 public:
  explicit Gates(const std::set<std::string>& adjoints, bool on_both = false)
      : adjoints_(adjoints), on_both_(on_both) {}

  Symbol operator()(const Symbol& part) {
    const auto found = done_.find(part.node());
    if (found != done_.end()) return found->second;
    Symbol result = gated(part.replaced([&](const Symbol& inner) -> std::optional<Symbol> {
      return inner.node() == part.node() ? std::nullopt : std::make_optional((*this)(inner));
    }));
    done_.emplace(part.node(), result);
    return result;
  }

 private:
  /// The factors have their gates already.
  Symbol gated(const Symbol& part) {
    const std::vector<Symbol>& x = part.operands();
    if (part.kind() == Kind::divide && flows(x[0])) return Symbol::call("gated_quotient", {x[0], x[1]});
    if (part.kind() == Kind::multiply && on_both_ && flows(part)) return Symbol::call("gate_both", {x[0], x[1]});
    if (part.kind() == Kind::multiply && flows(x[0])) return Symbol::call("gate", {x[0], x[1]});
    if (part.kind() == Kind::multiply && flows(x[1])) return Symbol::call("gate", {x[1], x[0]});
    return part;
  }

  /// Whether a part depends on an adjoint.
  bool flows(const Symbol& part) {
    if (part.kind() == Kind::name) return !part.constant() && adjoints_.contains(part.name());
    const auto found = flows_.find(part.node());
    if (found != flows_.end()) return found->second;
    const std::vector<Symbol>& x = part.operands();
    const bool result = std::any_of(x.begin(), x.end(), [this](const Symbol& operand) { return flows(operand); });
    flows_.emplace(part.node(), result);
    return result;
  }

  const std::set<std::string>& adjoints_;
  bool on_both_;
  std::unordered_map<const void*, Symbol> done_;
  std::unordered_map<const void*, bool> flows_;  // of parts that `done_` keeps alive
};

/// Whether some element is finite, or a number at all, on the tape alone.
bool loses(const Symbol& formula, const Array<double>& recorded, const Values& values) {
  const NoRecord pause;
  const Var<double> value(evaluate(formula, values));
  const bool is_whole = value.size() == recorded.size();
  const Array<double> computed = is_whole ? value.value() : broadcast_to(value, recorded.shape()).value();
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const double x = computed.data()[i], right = recorded.data()[i];
    if ((std::isfinite(right) && !std::isfinite(x)) || (std::isnan(x) && !std::isnan(right))) return true;
  }
  return false;
}

}  // namespace

Symbol with_gates(const Symbol& formula, const std::set<std::string>& adjoints) { return Gates(adjoints)(formula); }

Symbol as_recorded(const Symbol& formula, const Array<double>& variable, const Values& values) {
  if (!loses(formula, variable, values)) return formula;
  std::set<std::string> names;
  formula.replaced([&](const Symbol& part) -> std::optional<Symbol> {
    if (part.kind() == Kind::name && !part.constant()) names.insert(part.name());
    return std::nullopt;
  });
  for (const std::string& name : names) {
    const Symbol gated = with_gates(formula, {name});
    if (!loses(gated, variable, values)) return gated;
  }
  return formula;
}

Symbol as_recorded(const Symbol& formula, const std::set<std::string>& adjoints, const Array<double>& adjoint,
                   const Values& values) {
  if (all_finite(evaluate(formula, values))) return formula;  // only what is not finite differs without gates
  const Symbol gated = with_gates(formula, adjoints);
  if (!loses(gated, adjoint, values)) return gated;
  const Symbol on_both = Gates(adjoints, true)(formula);
  return loses(on_both, adjoint, values) ? gated : on_both;
}

}  // namespace wengert::explain
