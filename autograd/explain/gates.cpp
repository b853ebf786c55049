#include <autograd/explain/gates.hpp>

#include <algorithm>
#include <unordered_map>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;

class Gates {
 public:
  explicit Gates(const std::set<std::string>& adjoints) : adjoints_(adjoints) {}

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
  std::unordered_map<const void*, Symbol> done_;
  std::unordered_map<const void*, bool> flows_;  // of parts that `done_` keeps alive
};

}  // namespace

Symbol with_gates(const Symbol& formula, const std::set<std::string>& adjoints) { return Gates(adjoints)(formula); }

}  // namespace wengert::explain
