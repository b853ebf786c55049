#include <autograd/tape/record.hpp>

namespace wengert {
namespace {

/// An operation that is known by one rule per operand.
template <class T>
class RuleOperation final : public Operation<T> {
 public:
  using Pullback = std::function<Var<T>(const Var<T>&, const Var<T>&)>;

  RuleOperation(Label label, std::vector<Pullback> pullbacks)
      : label_(std::move(label)), pullbacks_(std::move(pullbacks)) {}

  const std::string& name() const override { return label_.name; }

  Symbol formula(std::span<const Symbol> operands) const override {
    if (label_.formula) return label_.formula(operands);
    return Symbol::call(label_.name, {operands.begin(), operands.end()}, label_.subscript);
  }

  void pull_back(const Entry<T>& entry, const Var<T>& g, Adjoints<T>& adjoints) const override {
    const Var<T> cotangent = expanded(g, entry.output.shape());
    for (std::size_t i = 0; i < entry.operands.size(); ++i) {
      if (adjoints.wants(entry.operands[i])) adjoints.add(entry.operands[i], pullbacks_[i](cotangent, entry.output));
    }
  }

  std::optional<Var<T>> pull_back_recorded(const Entry<T>& entry, std::size_t operand, const Var<T>& g) const override {
    return pullbacks_[operand](g, entry.output);
  }

 private:
  Label label_;
  std::vector<Pullback> pullbacks_;
};

}  // namespace

template <class T>
Var<T> record(Label label, Array<T> value, std::vector<Edge<T>> edges) {
  Tape<T>* tape = Tape<T>::recording();
  const bool tracked =
      std::any_of(edges.begin(), edges.end(), [](const Edge<T>& e) { return e.input.requires_grad(); });
  if (tape == nullptr || !tracked) return Var<T>(std::move(value));
  std::vector<Var<T>> inputs;
  std::vector<typename RuleOperation<T>::Pullback> pullbacks;
  for (Edge<T>& edge : edges) {
    inputs.push_back(std::move(edge.input));
    pullbacks.push_back(std::move(edge.pullback));
  }
  return tape->append(std::make_unique<RuleOperation<T>>(std::move(label), std::move(pullbacks)), std::move(value),
                      std::move(inputs));
}

template Var<float> record(Label, Array<float>, std::vector<Edge<float>>);
template Var<double> record(Label, Array<double>, std::vector<Edge<double>>);

}  // namespace wengert
