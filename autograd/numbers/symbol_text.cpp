#include <autograd/numbers/symbol.hpp>

#include <fmt/format.h>

namespace wengert {
namespace {

using Kind = Symbol::Kind;

/// How tightly an expression binds; an operand that binds less is put in parentheses.
int precedence(const Symbol& symbol) {
  switch (symbol.kind()) {
    case Kind::compare:
      return 0;
    case Kind::add:
    case Kind::subtract:
      return 1;
    case Kind::negate:
      return 2;
    case Kind::multiply:
    case Kind::divide:
      return 3;
    case Kind::number:
      return symbol.value() < 0 ? 2 : 5;
    default:
      return 5;
  }
}

std::string operand_text(const Symbol& operand, int least) {
  const std::string text = operand.text();
  return precedence(operand) < least ? "(" + text + ")" : text;
}

std::string infix(const Symbol& symbol, const char* sign, int left, int right) {
  return operand_text(symbol.operands()[0], left) + sign + operand_text(symbol.operands()[1], right);
}

std::string call_text(const Symbol& symbol) {
  std::string arguments;
  for (const Symbol& operand : symbol.operands()) arguments += (arguments.empty() ? "" : ", ") + operand.text();
  return symbol.name() + symbol.subscript() + "(" + arguments + ")";
}

}  // namespace

std::string Symbol::text() const {
  switch (kind()) {
    case Kind::number:
      return fmt::format("{:.6g}", value());
    case Kind::name:
      return name();
    case Kind::negate:
      return "-" + operand_text(operands()[0], 3);
    case Kind::add:
      return infix(*this, " + ", 1, 1);
    case Kind::subtract:
      return infix(*this, " - ", 1, 2);
    case Kind::multiply:
      return infix(*this, " · ", 3, 3);
    case Kind::divide:
      return infix(*this, " / ", 3, 4);
    case Kind::compare:
      return infix(*this, (" " + name() + " ").c_str(), 1, 1);
    case Kind::call:
      return call_text(*this);
  }
  return {};
}

}  // namespace wengert
