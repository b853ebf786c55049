#include <autograd/explain/notation/form.hpp>
#include <autograd/explain/notation/names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace wengert {
namespace {

using symbols::Binding;
using symbols::Form;
using Kind = Symbol::Kind;

std::string in_parentheses(const std::string& latex) { return "\\left(" + latex + "\\right)"; }

std::string operand_latex(const Symbol& operand, Binding least) {
  const std::string latex = operand.latex();
  return symbols::binding_of(operand) < least ? in_parentheses(latex) : latex;
}

std::string number_latex(double value) {
  std::string text = symbols::number_text(value);
  if (text.ends_with("∞")) return value < 0 ? "-\\infty" : "\\infty";
  const std::size_t exponent = text.find('e');
  if (exponent == std::string::npos) return text;
  return fmt::format("{} \\cdot 10^{{{}}}", text.substr(0, exponent), std::stoi(text.substr(exponent + 1)));
}

std::string sign_latex(const Symbol& infix) {
  switch (infix.kind()) {
    case Kind::add:
      return " + ";
    case Kind::subtract:
      return " - ";
    case Kind::multiply:
      return " \\cdot ";
    default:
      break;
  }
  if (infix.name() == "≤") return " \\le ";
  if (infix.name() == "≥") return " \\ge ";
  if (infix.name() == "∧") return " \\land ";
  if (infix.name() == "∨") return " \\lor ";
  return " " + infix.name() + " ";
}

std::string infix_latex(const Symbol& symbol) {
  return operand_latex(symbol.operands()[0], symbols::least_on_the_left(symbol)) + sign_latex(symbol) +
         operand_latex(symbol.operands()[1], symbols::least_on_the_right(symbol));
}

/// x^2; a power of rsqrt(x) is one of x: x^{-3/2}.
std::string power_latex(const Symbol& base, const Symbol& exponent) {
  if (symbols::form_of(base) == Form::inverse_root) {
    const double half = exponent.value() / 2;
    const bool is_whole = half == std::floor(half);
    const std::string power = is_whole ? number_latex(-half) : "-" + exponent.latex() + "/2";
    return fmt::format("{}^{{{}}}", operand_latex(base.operands()[0], Binding::atom), power);
  }
  return operand_latex(base, Binding::atom) + symbols::latex_script('^', exponent.latex());
}

std::string subscript_latex(const std::string& subscript) {
  return subscript.empty() ? "" : "_{" + symbols::without_braces(subscript) + "}";
}

std::string operands_latex(const Symbol& call) {
  std::string text;
  for (const Symbol& operand : call.operands()) text += (text.empty() ? "" : ", ") + operand.latex();
  return in_parentheses(text);
}

std::string function_latex(const Symbol& call) {
  static constexpr std::array<std::string_view, 7> commands{"exp", "log", "sin", "cos", "tanh", "max", "min"};
  const bool is_command = std::find(commands.begin(), commands.end(), call.name()) != commands.end();
  const std::string name =
      is_command ? "\\" + call.name() : "\\operatorname{" + symbols::latex_escaped(call.name()) + "}";
  return name + subscript_latex(call.subscript()) + operands_latex(call);
}

}  // namespace

std::string Symbol::latex() const {
  const std::vector<Symbol>& x = operands();
  switch (symbols::form_of(*this)) {
    case Form::number:
      return number_latex(value());
    case Form::name:
      return symbols::name_latex(name());
    case Form::negation:
      return "-" + operand_latex(x[0], Binding::product);
    case Form::infix:
      return infix_latex(*this);
    case Form::fraction:
      return fmt::format("\\frac{{{}}}{{{}}}", x[0].latex(), x[1].latex());
    case Form::power:
      return power_latex(x[0], x[1]);
    case Form::transposed:
      return operand_latex(x[0], Binding::atom) + "^{\\top}";
    case Form::root:
      return fmt::format("\\sqrt{{{}}}", x[0].latex());
    case Form::inverse_root:
      return fmt::format("\\frac{{1}}{{\\sqrt{{{}}}}}", x[0].latex());
    case Form::absolute:
      return fmt::format("\\left|{}\\right|", x[0].latex());
    case Form::cases:
      return fmt::format("\\begin{{cases}} {} & {} \\\\ {} & \\text{{otherwise}} \\end{{cases}}", x[1].latex(),
                         x[0].latex(), x[2].latex());
    case Form::total:
      return "\\sum" + subscript_latex(subscript()) + " " + operands_latex(*this);
    case Form::matrix_product:
      return operand_latex(x[0], Binding::power) + " \\, " + operand_latex(x[1], Binding::power);
    case Form::function:
      return function_latex(*this);
  }
  return {};
}

}  // namespace wengert
