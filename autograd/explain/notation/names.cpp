#include <autograd/base/markup.hpp>
#include <autograd/explain/notation/form.hpp>
#include <autograd/explain/notation/names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace wengert::symbols {
namespace {

/// The commands of letters that LaTeX cannot set as they are.
const std::map<std::string, std::string>& letter_commands() {
  static const std::map<std::string, std::string> commands{
      {"α", "\\alpha"},   {"β", "\\beta"},   {"γ", "\\gamma"},  {"δ", "\\delta"}, {"ε", "\\epsilon"}, {"ζ", "\\zeta"},
      {"η", "\\eta"},     {"θ", "\\theta"},  {"ι", "\\iota"},   {"κ", "\\kappa"}, {"λ", "\\lambda"},  {"μ", "\\mu"},
      {"ν", "\\nu"},      {"ξ", "\\xi"},     {"π", "\\pi"},     {"ρ", "\\rho"},   {"σ", "\\sigma"},   {"τ", "\\tau"},
      {"υ", "\\upsilon"}, {"φ", "\\varphi"}, {"χ", "\\chi"},    {"ψ", "\\psi"},   {"ω", "\\omega"},   {"Γ", "\\Gamma"},
      {"Δ", "\\Delta"},   {"Θ", "\\Theta"},  {"Λ", "\\Lambda"}, {"Ξ", "\\Xi"},    {"Π", "\\Pi"},      {"Σ", "\\Sigma"},
      {"Φ", "\\Phi"},     {"Ψ", "\\Psi"},    {"Ω", "\\Omega"},  {"ℓ", "\\ell"},   {"∂", "\\partial"}, {"∇", "\\nabla"},
  };
  return commands;
}

std::string letter_latex(const std::string& letter) {
  const auto found = letter_commands().find(letter);
  if (found != letter_commands().end()) return found->second;
  return letter.size() == 1 ? latex_escaped(letter) : "\\text{" + letter + "}";
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80U; });
}

bool is_number(const std::string& text) { return text.find_first_not_of("0123456789,. ") == std::string::npos; }

/// One letter is a variable, several are a word; a word with Greek letters is set letter by letter.
std::string letters_latex(const std::string& text) {
  const std::vector<std::string> letters = characters(text);
  if (letters.size() > 1 && is_ascii(text) && !is_number(text)) return "\\mathrm{" + latex_escaped(text) + "}";
  if (is_number(text)) return text;
  std::string latex;
  for (const std::string& letter : letters) latex += (latex.empty() ? "" : " ") + letter_latex(letter);
  return latex;
}

/// `head(argument)` taken apart; the argument is empty if the name has another form.
std::pair<std::string, std::string> split_argument(const std::string& name) {
  const std::size_t open = name.find('(');
  if (open == std::string::npos || open == 0 || !name.ends_with(')')) return {name, {}};
  return {name.substr(0, open), name.substr(open + 1, name.size() - open - 2)};
}

/// `above/below` taken apart at the first stroke; `below` is empty if there is none.
std::pair<std::string, std::string> split_fraction(const std::string& name) {
  const std::size_t stroke = name.find('/');
  if (stroke == std::string::npos) return {name, {}};
  return {name.substr(0, stroke), name.substr(stroke + 1)};
}

const std::string partial = "∂";

/// 2 for ² and for ₂, nothing for what is no digit above or below.
std::string digit_of(const std::string& character) {
  for (const std::vector<std::string>* digits : {&superscript_digits(), &subscript_digits()}) {
    const auto found = std::find(digits->begin(), digits->end(), character);
    if (found != digits->end()) return std::to_string(found - digits->begin());
  }
  return {};
}

}  // namespace

std::string latex_script(char sign, const std::string& script) {
  return script.size() == 1 ? fmt::format("{}{}", sign, script) : fmt::format("{}{{{}}}", sign, script);
}

std::string latex_escaped(const std::string& text) {
  static const std::map<char, std::string> commands{{'\\', "\\backslash "}, {'^', "\\hat{\\ }"}, {'~', "\\sim "}};
  std::string latex;
  for (const char character : text) {
    const auto command = commands.find(character);
    if (std::string_view("_#%&${}").find(character) != std::string_view::npos) latex += '\\';
    if (command == commands.end()) latex += character;
    else latex += command->second;
  }
  return latex;
}

std::string words_latex(const std::string& text) {
  const bool has_letters = text.find_first_not_of("0123456789, -.[]") != std::string::npos;
  return has_letters ? "\\mathrm{" + latex_escaped(text) + "}" : text;
}

std::string identifier(const std::string& name) {
  std::string result;
  const auto add = [&result](const std::string& part) {
    const bool is_word =
        part.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
    if (is_word) result += part;
    else if (!result.empty() && !result.ends_with('_')) result += '_';
  };
  for (const std::string& character : characters(name)) {
    const auto letter = letter_commands().find(character);
    const std::string digit = digit_of(character);
    if (character == combining_hat) add("_"), add("hat");
    else if (letter != letter_commands().end()) add(letter->second.substr(1));
    else add(digit.empty() ? character : digit);
  }
  while (result.ends_with('_')) result.pop_back();
  return result.empty() || is_number(result.substr(0, 1)) ? "v" + result : result;
}

std::string name_latex(const std::string& name) {
  if (const auto [above, below] = split_fraction(name); !below.empty()) {
    return fmt::format("\\frac{{{}}}{{{}}}", name_latex(above), name_latex(below));
  }
  if (name.starts_with(partial) && name != partial) return "\\partial " + name_latex(name.substr(partial.size()));
  if (const auto [head, argument] = split_argument(name); !argument.empty()) {
    return name_latex(head) + "(" + name_latex(argument) + ")";
  }
  const Name parts = split_name(name);
  std::string latex = letters_latex(parts.base);
  if (parts.has_hat) latex = "\\hat{" + latex + "}";
  if (!parts.subscript.empty()) latex += latex_script('_', letters_latex(parts.subscript));
  if (!parts.superscript.empty()) latex += latex_script('^', parts.superscript);
  return latex;
}

std::string name_mathml(const std::string& name) {
  if (const auto [above, below] = split_fraction(name); !below.empty()) {
    return "<mfrac>" + name_mathml(above) + name_mathml(below) + "</mfrac>";
  }
  if (name.starts_with(partial) && name != partial) {
    return "<mrow><mo>∂</mo>" + name_mathml(name.substr(partial.size())) + "</mrow>";
  }
  if (const auto [head, argument] = split_argument(name); !argument.empty()) {
    return "<mrow>" + name_mathml(head) + "<mo>(</mo>" + name_mathml(argument) + "<mo>)</mo></mrow>";
  }
  const Name parts = split_name(name);
  std::string mathml = "<mi>" + base::escaped(parts.base) + "</mi>";
  if (parts.has_hat) mathml = "<mover accent=\"true\">" + mathml + "<mo>^</mo></mover>";
  const std::string below = "<mi>" + base::escaped(parts.subscript) + "</mi>";
  const std::string above = "<mn>" + parts.superscript + "</mn>";
  if (!parts.subscript.empty() && !parts.superscript.empty())
    return "<msubsup>" + mathml + below + above + "</msubsup>";
  if (!parts.subscript.empty()) return "<msub>" + mathml + below + "</msub>";
  if (!parts.superscript.empty()) return "<msup>" + mathml + above + "</msup>";
  return mathml;
}

}  // namespace wengert::symbols
