#include <autograd/base/not_finite.hpp>
#include <autograd/base/text.hpp>
#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/record.hpp>

namespace wengert {
namespace {

/// Calls a rule; an Error that it raises says whose rule it was, and for which operand.
template <class Describe, class Rule>
auto in_rule_of(const std::string& operation, const Describe& operand, const Rule& rule) {
  try {
    return rule();
  } catch (const NotFinite& error) {
    throw NotFinite(fmt::format("{} (in the rule of '{}' for {})", error.what(), operation, operand()));
  } catch (const Error& error) {
    throw Error(fmt::format("{} (in the rule of '{}' for {})", error.what(), operation, operand()));
  }
}

/// An operation that is known by rules written with Vars.
template <class T>
class RuleOperation : public Operation<T> {
 public:
  explicit RuleOperation(Label label)
      : Operation<T>(base::printable(label.name), std::move(label.attributes)), formula_(std::move(label.formula)) {}

  Symbol formula(std::span<const Symbol> operands) const override {
    if (formula_) return formula_(operands);
    return Symbol::call(this->name(), {operands.begin(), operands.end()}, this->attributes());
  }

 private:
  std::function<Symbol(std::span<const Symbol>)> formula_;
};

/// One rule per operand.
template <class T>
class SeparateRules final : public RuleOperation<T> {
 public:
  SeparateRules(Label label, std::span<Edge<T>> edges) : RuleOperation<T>(std::move(label)) {
    for (Edge<T>& edge : edges) rules_.push_back({std::move(edge.pullback), std::move(edge.add_part)});
  }

  void pull_back(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const override {
    const Var<T> cotangent = expanded(g, entry.output.shape());
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!targets[i].is_wanted()) continue;
      if (rules_[i].add_part) add_part(i, entry, cotangent.value(), targets[i].sum());
      else targets[i].add(contribution(i, entry, cotangent));
    }
  }

  void pull_back_recorded(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const override {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (targets[i].is_wanted()) targets[i].add(contribution(i, entry, g));
    }
  }

 private:
  struct Rule {
    decltype(Edge<T>::pullback) pullback;
    decltype(Edge<T>::add_part) add_part;
  };

  Var<T> contribution(std::size_t operand, const Entry<T>& entry, const Var<T>& g) const {
    return in_rule_of(
        this->name(), [&] { return described(entry.operands[operand].var); },
        [&] { return rules_[operand].pullback(g, entry.output); });
  }

  void add_part(std::size_t operand, const Entry<T>& entry, const Array<T>& g, Array<T>& adjoint) const {
    const Var<T>& x = entry.operands[operand].var;
    in_rule_of(
        this->name(), [&] { return described(x); }, [&] { rules_[operand].add_part(g, adjoint); });
    require(adjoint.shape() == x.shape(), this->name(),
            "it gave the adjoint of {} shape {}; expected its elements to change", described(x),
            Shape(adjoint.shape()));
  }

  std::vector<Rule> rules_;
};

/// One rule for all operands.
template <class T>
class SharedRule final : public RuleOperation<T> {
 public:
  SharedRule(Label label, JointRule<T> rule) : RuleOperation<T>(std::move(label)), rule_(std::move(rule)) {}

  void pull_back(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const override {
    pull_back_recorded(entry, expanded(g, entry.output.shape()), targets);
  }

  void pull_back_recorded(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const override {
    std::vector<bool> wanted;
    for (const Target<T>& target : targets) wanted.push_back(target.is_wanted());
    Contributions<T> contributions = in_rule_of(
        this->name(), [&] { return names_of(targets); }, [&] { return rule_(g, entry.output, wanted); });
    require(contributions.size() == targets.size(), this->name(),
            "its rule returned {} contributions; expected one for each of its {} inputs, empty where it is zero",
            contributions.size(), targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (wanted[i] && contributions[i]) targets[i].add(std::move(*contributions[i]));
    }
  }

 private:
  static std::string names_of(std::span<const Target<T>> targets) {
    std::string names;
    for (const Target<T>& target : targets) {
      if (target.is_wanted()) names += (names.empty() ? "" : ", ") + to_string(described(target.operand()));
    }
    return names;
  }

  JointRule<T> rule_;
};

}  // namespace

template <class T>
Var<T> record(Label label, Array<T> value, std::vector<Edge<T>> edges) {
  std::vector<const Var<T>*> inputs;
  for (const Edge<T>& edge : edges) {
    require(edge.pullback != nullptr, label.name, "has no rule for {}; expected wrt(x, rule)", described(edge.input));
    inputs.push_back(&edge.input);
  }
  return Tape<T>::record(std::move(value), inputs,
                         [&] { return std::make_unique<SeparateRules<T>>(std::move(label), edges); });
}

template <class T>
Var<T> record(Label label, Array<T> value, const std::vector<Var<T>>& inputs, std::type_identity_t<JointRule<T>> rule) {
  require(rule != nullptr, label.name, "has no rule; expected one for its {} inputs", inputs.size());
  std::vector<const Var<T>*> pointers;
  for (const Var<T>& input : inputs) pointers.push_back(&input);
  return Tape<T>::record(std::move(value), pointers,
                         [&] { return std::make_unique<SharedRule<T>>(std::move(label), std::move(rule)); });
}

template Var<float> record(Label, Array<float>, std::vector<Edge<float>>);
template Var<double> record(Label, Array<double>, std::vector<Edge<double>>);
template Var<float> record(Label, Array<float>, const std::vector<Var<float>>&, JointRule<float>);
template Var<double> record(Label, Array<double>, const std::vector<Var<double>>&, JointRule<double>);

}  // namespace wengert
