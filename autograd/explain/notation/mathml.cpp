#include <autograd/base/markup.hpp>
#include <autograd/explain/notation/form.hpp>
#include <autograd/explain/notation/names.hpp>
#include <autograd/explain/notation/notation.hpp>

namespace wengert {
namespace {

using symbols::Binding;
using symbols::Form;
using Kind = Symbol::Kind;

/// `<name>inside</name>`
std::string element(const std::string& name, const std::string& inside) {
  return "<" + name + ">" + inside + "</" + name + ">";
}

std::string sign(const std::string& text) { return element("mo", base::escaped(text)); }
std::string row(const std::string& inside) { return element("mrow", inside); }
std::string fenced(const std::string& inside) { return row(sign("(") + inside + sign(")")); }

std::string mathml_of(const Symbol& symbol);

std::string operand_mathml(const Symbol& operand, Binding least) {
  const std::string inside = mathml_of(operand);
  return symbols::binding_of(operand) < least ? fenced(inside) : inside;
}

std::string number_mathml(double value) {
  const std::string text = symbols::number_text(value);
  return text.starts_with('-') ? row(sign("-") + element("mn", text.substr(1))) : element("mn", text);
}

std::string sign_of(const Symbol& infix) {
  switch (infix.kind()) {
    case Kind::add:
      return "+";
    case Kind::subtract:
      return "-";
    case Kind::multiply:
      return "·";
    default:
      return infix.name();
  }
}

std::string infix_mathml(const Symbol& symbol) {
  return row(operand_mathml(symbol.operands()[0], symbols::least_on_the_left(symbol)) + sign(sign_of(symbol)) +
             operand_mathml(symbol.operands()[1], symbols::least_on_the_right(symbol)));
}

std::string operands_mathml(const Symbol& call) {
  std::string inside;
  for (const Symbol& operand : call.operands()) inside += (inside.empty() ? "" : sign(",")) + mathml_of(operand);
  return fenced(inside);
}

std::string with_subscript(const std::string& name, const Attributes& attributes) {
  const std::string below = symbols::attributes_below(attributes);
  return below.empty() ? name : element("msub", name + element("mtext", base::escaped(below)));
}

std::string cases_mathml(const Symbol& mask, const Symbol& a, const Symbol& b) {
  const auto line = [](const std::string& value, const std::string& condition) {
    return element("mtr", element("mtd", value) + element("mtd", condition));
  };
  return row(sign("{") + element("mtable", line(mathml_of(a), mathml_of(mask)) +
                                               line(mathml_of(b), element("mtext", "otherwise"))));
}

std::string mathml_of(const Symbol& symbol) {
  const std::vector<Symbol>& x = symbol.operands();
  switch (symbols::form_of(symbol)) {
    case Form::number:
      return number_mathml(symbol.value());
    case Form::name:
      return symbols::name_mathml(symbol.name());
    case Form::negation:
      return row(sign("-") + operand_mathml(x[0], Binding::product));
    case Form::infix:
      return infix_mathml(symbol);
    case Form::fraction:
      return element("mfrac", mathml_of(x[0]) + mathml_of(x[1]));
    case Form::power:
      return element("msup", operand_mathml(x[0], Binding::atom) + mathml_of(x[1]));
    case Form::transposed:
      return element("msup", operand_mathml(x[0], Binding::atom) + sign("⊤"));
    case Form::root:
      return element("msqrt", mathml_of(x[0]));
    case Form::inverse_root:
      return element("mfrac", element("mn", "1") + element("msqrt", mathml_of(x[0])));
    case Form::absolute:
      return row(sign("|") + mathml_of(x[0]) + sign("|"));
    case Form::cases:
      return cases_mathml(x[0], x[1], x[2]);
    case Form::total:
      return row(with_subscript(sign("∑"), symbol.attributes()) + operands_mathml(symbol));
    case Form::matrix_product:
      return row(operand_mathml(x[0], Binding::power) + operand_mathml(x[1], Binding::power));
    case Form::function:
      break;
  }
  const std::string name = element("mi", base::escaped(symbol.name()));
  return row(with_subscript(name, symbol.attributes()) + operands_mathml(symbol));
}

}  // namespace

std::string mathml(const Symbol& formula) {
  return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">" + mathml_of(formula) + "</math>";
}

}  // namespace wengert
