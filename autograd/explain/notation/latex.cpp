#include <autograd/explain/notation/form.hpp>
#include <autograd/explain/notation/names.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/notation/shared_terms.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace wengert {
namespace {

using symbols::Binding;
using symbols::Form;
using Kind = Symbol::Kind;

std::string latex_of(const Symbol& symbol);

std::string in_parentheses(const std::string& latex) { return "\\left(" + latex + "\\right)"; }

std::string operand_latex(const Symbol& operand, Binding least) {
  const std::string latex = latex_of(operand);
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
    const std::string power = is_whole ? number_latex(-half) : "-" + latex_of(exponent) + "/2";
    return fmt::format("{}^{{{}}}", operand_latex(base.operands()[0], Binding::atom), power);
  }
  return operand_latex(base, Binding::atom) + symbols::latex_script('^', latex_of(exponent));
}

std::string subscript_latex(const Attributes& attributes) {
  const std::string below = symbols::attributes_below(attributes);
  return below.empty() ? "" : "_{" + symbols::words_latex(below) + "}";
}

std::string operands_latex(const Symbol& call) {
  std::string text;
  for (const Symbol& operand : call.operands()) text += (text.empty() ? "" : ", ") + latex_of(operand);
  return in_parentheses(text);
}

std::string function_latex(const Symbol& call) {
  static constexpr std::array<std::string_view, 7> commands{"exp", "log", "sin", "cos", "tanh", "max", "min"};
  const bool is_command = std::find(commands.begin(), commands.end(), call.name()) != commands.end();
  const std::string name =
      is_command ? "\\" + call.name() : "\\operatorname{" + symbols::latex_escaped(call.name()) + "}";
  return name + subscript_latex(call.attributes()) + operands_latex(call);
}

/// a / 8 with a fraction in a as (1/8) a: one fraction does not stand in another.
std::string fraction_latex(const Symbol& above, const Symbol& below) {
  const std::string top = latex_of(above);
  if (below.kind() == Kind::number && top.find("\\frac") != std::string::npos)
    return fmt::format("\\tfrac{{1}}{{{}}} \\, {}", latex_of(below), operand_latex(above, Binding::negation));
  return fmt::format("\\frac{{{}}}{{{}}}", top, latex_of(below));
}

std::string latex_of(const Symbol& symbol) {
  const std::vector<Symbol>& x = symbol.operands();
  switch (symbols::form_of(symbol)) {
    case Form::number:
      return number_latex(symbol.value());
    case Form::name:
      return symbols::name_latex(symbol.name());
    case Form::negation:
      return "-" + operand_latex(x[0], Binding::product);
    case Form::infix:
      return infix_latex(symbol);
    case Form::fraction:
      return fraction_latex(x[0], x[1]);
    case Form::power:
      return power_latex(x[0], x[1]);
    case Form::transposed:
      return operand_latex(x[0], Binding::atom) + "^{\\top}";
    case Form::root:
      return fmt::format("\\sqrt{{{}}}", latex_of(x[0]));
    case Form::inverse_root:
      return fmt::format("\\frac{{1}}{{\\sqrt{{{}}}}}", latex_of(x[0]));
    case Form::absolute:
      return fmt::format("\\left|{}\\right|", latex_of(x[0]));
    case Form::cases:
      return fmt::format("\\begin{{cases}} {} & {} \\\\ {} & \\text{{otherwise}} \\end{{cases}}", latex_of(x[1]),
                         latex_of(x[0]), latex_of(x[2]));
    case Form::total:
      return "\\sum" + subscript_latex(symbol.attributes()) + " " + operands_latex(symbol);
    case Form::matrix_product:
      return operand_latex(x[0], Binding::power) + " \\, " + operand_latex(x[1], Binding::power);
    case Form::function:
      return function_latex(symbol);
  }
  return {};
}

}  // namespace

std::string latex(const Symbol& formula) {
  const explain::SharedTerms shared = explain::shared_terms(formula);
  std::string text;
  for (const explain::SharedTerm& term : shared.terms)
    text += symbols::name_latex(term.name.name()) + " = " + latex_of(term.formula) + ",\\quad ";
  return text + latex_of(shared.formula);
}

}  // namespace wengert
