#include <autograd/explain/notation/form.hpp>

namespace wengert {
namespace {

using symbols::Binding;
using symbols::Form;
using Kind = Symbol::Kind;

std::string operand_text(const Symbol& operand, Binding least) {
  const std::string text = operand.text();
  return symbols::binding_of(operand) < least ? "(" + text + ")" : text;
}

std::string sign_text(const Symbol& infix) {
  switch (infix.kind()) {
    case Kind::add:
      return " + ";
    case Kind::subtract:
      return " - ";
    case Kind::multiply:
      return " · ";
    case Kind::divide:
      return " / ";
    default:
      return " " + infix.name() + " ";
  }
}

std::string infix_text(const Symbol& symbol) {
  return operand_text(symbol.operands()[0], symbols::least_on_the_left(symbol)) + sign_text(symbol) +
         operand_text(symbol.operands()[1], symbols::least_on_the_right(symbol));
}

/// 12 as ¹².
std::string raised(const std::string& digits) {
  std::string text;
  for (const char digit : digits)
    text += digit == '-' ? "⁻" : symbols::superscript_digits()[static_cast<std::size_t>(digit - '0')];
  return text;
}

/// `tanh(x)`, `sum{0}(x)`; a subscript that is a shape reads better as the last operand: `reshape(x, (1, 3))`.
std::string call_text(const Symbol& call) {
  std::string operands;
  for (const Symbol& operand : call.operands()) operands += (operands.empty() ? "" : ", ") + operand.text();
  if (call.subscript().starts_with('(')) return call.name() + "(" + operands + ", " + call.subscript() + ")";
  return call.name() + call.subscript() + "(" + operands + ")";
}

}  // namespace

std::string Symbol::text() const {
  switch (symbols::form_of(*this)) {
    case Form::number:
      return symbols::number_text(value());
    case Form::name:
      return name();
    case Form::negation:
      return "-" + operand_text(operands()[0], Binding::product);
    case Form::infix:
    case Form::fraction:
      return infix_text(*this);
    case Form::power:
      return operand_text(operands()[0], Binding::atom) + raised(operands()[1].text());
    case Form::transposed:
      return operand_text(operands()[0], Binding::atom) + "ᵀ";
    default:
      return call_text(*this);
  }
}

}  // namespace wengert
