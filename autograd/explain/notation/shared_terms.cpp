#include <autograd/explain/notation/shared_terms.hpp>

#include <unordered_map>

namespace wengert::explain {
namespace {

constexpr double longest = 150.0;     // parts of a formula that is written as it is
constexpr double worth_a_name = 4.0;  // parts of a term

/// The parts of a formula without copies, each after its operands.
class Graph {
 public:
  explicit Graph(const Symbol& formula) { visit(formula); }

  const std::vector<Symbol>& parts() const { return parts_; }
  std::size_t uses(const Symbol& part) const { return uses_.at(part.node()); }
  bool has_name(const std::string& name) const {
    return std::any_of(parts_.begin(), parts_.end(), [&](const Symbol& part) { return part.name() == name; });
  }

 private:
  void visit(const Symbol& part) {
    if (++uses_[part.node()] > 1) return;
    for (const Symbol& operand : part.operands()) visit(operand);
    parts_.push_back(part);
  }

  std::vector<Symbol> parts_;
  std::unordered_map<const void*, std::size_t> uses_;
};

}  // namespace

SharedTerms shared_terms(const Symbol& formula, std::size_t first) {
  const Graph graph(formula);
  std::unordered_map<const void*, double> sizes;  // of the formula as it would be written
  for (const Symbol& part : graph.parts()) {
    double size = 1.0;
    for (const Symbol& operand : part.operands()) size += sizes.at(operand.node());
    sizes[part.node()] = size;
  }
  if (sizes.at(formula.node()) <= longest) return {{}, formula};
  std::vector<SharedTerm> terms;
  std::unordered_map<const void*, Symbol> names;
  const auto with_names = [&](const Symbol& whole) {
    return whole.replaced([&](const Symbol& part) -> std::optional<Symbol> {
      const auto name = names.find(part.node());
      return name == names.end() ? std::nullopt : std::make_optional(name->second);
    });
  };
  for (const Symbol& part : graph.parts()) {
    if (graph.uses(part) < 2 || sizes.at(part.node()) < worth_a_name) continue;
    std::string text = "t" + std::to_string(first + terms.size());
    while (graph.has_name(text)) text += "'";
    const Symbol name(text);
    terms.push_back({name, with_names(part)});
    names.emplace(part.node(), name);
  }
  return {std::move(terms), with_names(formula)};
}

}  // namespace wengert::explain
