#include <autograd/explain/bodies.hpp>
#include <autograd/explain/evaluate.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/tape/tape.hpp>

#include <unordered_map>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;

Var<double> compared(const std::string& sign, const Var<double>& a, const Var<double>& b) {
  if (sign == "<") return a < b;
  if (sign == "≤") return a <= b;
  if (sign == ">") return a > b;
  if (sign == "≥") return a >= b;
  if (sign == "∧") return a && b;
  if (sign == "∨") return a || b;
  return equal(a, b);
}

class Evaluator {
 public:
  explicit Evaluator(const Values& values) : values_(values) {}

  Var<double> operator()(const Symbol& symbol) {
    const auto found = done_.find(symbol.node());
    if (found != done_.end()) return found->second;
    Var<double> value = compute(symbol);
    done_.emplace(symbol.node(), value);
    return value;
  }

 private:
  Var<double> compute(const Symbol& symbol) {
    std::vector<Var<double>> x;
    for (const Symbol& operand : symbol.operands()) x.push_back((*this)(operand));
    switch (symbol.kind()) {
      case Kind::number:
        return symbol.value();
      case Kind::name:
        return named(symbol);
      case Kind::negate:
        return -x[0];
      case Kind::add:
        return x[0] + x[1];
      case Kind::subtract:
        return x[0] - x[1];
      case Kind::multiply:
        return x[0] * x[1];
      case Kind::divide:
        return x[0] / x[1];
      case Kind::compare:
        return compared(symbol.name(), x[0], x[1]);
      case Kind::call:
        break;
    }
    return value_of_call(symbol, x);
  }

  Var<double> named(const Symbol& symbol) const {
    if (symbol.constant()) return *symbol.constant();
    const auto value = values_.find(symbol.name());
    require(value != values_.end(), "evaluate", "the formula uses '{}', which has no value", symbol.name());
    return value->second;
  }

  const Values& values_;
  std::unordered_map<const void*, Var<double>> done_;
};

}  // namespace

Array<double> evaluate(const Symbol& formula, const Values& values) {
  const NoRecord pause;
  return Evaluator(values)(formula).value();
}

}  // namespace wengert::explain
