#include <autograd/explain/bodies.hpp>
#include <autograd/explain/evaluate.hpp>
#include <autograd/explain/evaluator.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/tape/tape.hpp>

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

/// By the operations of the library.
struct OnVars {
  const Values& values;

  Var<double> leaf(const Symbol& symbol) const {
    if (symbol.kind() == Kind::number) return symbol.value();
    if (symbol.constant()) return *symbol.constant();
    const auto value = values.find(symbol.name());
    require(value != values.end(), "evaluate", "the formula uses '{}', which has no value", symbol.name());
    return value->second;
  }

  Var<double> node(const Symbol& symbol, const std::vector<Var<double>>& x) const {
    switch (symbol.kind()) {
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
      default:
        return value_of_call(symbol, x);
    }
  }
};

}  // namespace

Array<double> evaluate(const Symbol& formula, const Values& values) {
  const NoRecord pause;
  return Evaluator<Var<double>, OnVars>(OnVars{values})(formula).value();
}

}  // namespace wengert::explain
