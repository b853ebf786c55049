#include <autograd/explain/notation/form.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/notation/shared_terms.hpp>

#include <ostream>

namespace wengert {
namespace {

using symbols::Binding;
using symbols::Form;
using Kind = Symbol::Kind;

std::string text_of(const Symbol& symbol);

std::string operand_text(const Symbol& operand, Binding least) {
  const std::string text = text_of(operand);
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

/// `tanh(x)`, `sum{0}(x)`; a shape reads better as the last operand: `reshape(x, (1, 3))`.
std::string call_text(const Symbol& call) {
  std::string operands;
  for (const Symbol& operand : call.operands()) operands += (operands.empty() ? "" : ", ") + text_of(operand);
  if (const Shape* shape = find_attribute<Shape>(call.attributes(), "shape")) operands += ", " + to_string(*shape);
  return call.name() + symbols::attributes_text(call.attributes()) + "(" + operands + ")";
}

std::string text_of(const Symbol& symbol) {
  const std::vector<Symbol>& x = symbol.operands();
  switch (symbols::form_of(symbol)) {
    case Form::number:
      return symbols::number_text(symbol.value());
    case Form::name:
      return symbol.name();
    case Form::negation:
      return "-" + operand_text(x[0], Binding::product);
    case Form::infix:
    case Form::fraction:
      return infix_text(symbol);
    case Form::power:
      return operand_text(x[0], Binding::atom) + raised(text_of(x[1]));
    case Form::transposed:
      return operand_text(x[0], Binding::atom) + "ᵀ";
    default:
      return call_text(symbol);
  }
}

}  // namespace

std::string text(const Symbol& formula) {
  const explain::SharedTerms shared = explain::shared_terms(formula);
  std::string terms;
  for (const explain::SharedTerm& term : shared.terms)
    terms += (terms.empty() ? "let " : ", ") + term.name.name() + " = " + text_of(term.formula);
  return terms + (terms.empty() ? "" : ": ") + text_of(shared.formula);
}

std::ostream& operator<<(std::ostream& out, const Symbol& formula) { return out << text(formula); }

}  // namespace wengert
