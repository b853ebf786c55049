#include <autograd/numbers/terms.hpp>

namespace wengert {
namespace {

using Kind = Symbol::Kind;

bool is_call(const Symbol& symbol, const char* name) { return symbol.kind() == Kind::call && symbol.name() == name; }

}  // namespace

Symbol Symbol::call(std::string name, std::vector<Symbol> operands, Attributes attributes) {
  if (name == "square" && operands.size() == 1) return call("pow", {operands[0], Symbol(2.0)});
  if (name == "pow" && operands.size() == 2) {
    if (operands[1].is_number(0.0)) return {1.0};
    if (operands[1].is_number(1.0)) return operands[0];
  }
  if (name == "transpose" && operands.size() == 1 && is_call(operands[0], "transpose")) {
    return operands[0].operands()[0];
  }
  if ((name == "sum" || name == "mean") && operands.size() == 1) return reduction(name, operands[0], attributes);
  return plain_call(std::move(name), std::move(operands), std::move(attributes));
}

Symbol Symbol::plain_call(std::string name, std::vector<Symbol> operands, Attributes attributes) {
  return Symbol(Node{.kind = Kind::call,
                     .name = std::move(name),
                     .attributes = std::move(attributes),
                     .operands = std::move(operands)});
}

/// Signs, numbers and divisors come out front: the sum of -2 · a / 8 is -2 · sum(a) / 8.
Symbol Symbol::reduction(const std::string& name, const Symbol& operand, const Attributes& attributes) {
  const Axes* axes = find_attribute<Axes>(attributes, "axes");
  if ((axes != nullptr && axes->empty()) || operand.is_number(0.0)) return operand;
  symbols::Term inside = symbols::term_of(operand);
  if (inside.above.empty()) return plain_call(name, {operand}, attributes);
  symbols::Term outside;
  std::swap(outside.numerator, inside.numerator);
  std::swap(outside.denominator, inside.denominator);
  outside.above = {{plain_call(name, {symbols::symbol_of(inside)}, attributes), 1.0}};
  return symbols::symbol_of(outside);
}

}  // namespace wengert
