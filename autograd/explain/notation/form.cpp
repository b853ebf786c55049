#include <autograd/base/unsigned_nan.hpp>
#include <autograd/explain/notation/form.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace wengert::symbols {
namespace {

using Kind = Symbol::Kind;

bool is_whole(const Symbol& symbol) { return symbol.kind() == Kind::number && std::fmod(symbol.value(), 1.0) == 0.0; }

Form form_of_call(const Symbol& call) {
  static const std::map<std::string, Form> unary{
      {"transpose", Form::transposed}, {"sqrt", Form::root}, {"rsqrt", Form::inverse_root},
      {"abs", Form::absolute},         {"sum", Form::total},
  };
  const std::size_t operands = call.operands().size();
  const auto found = unary.find(call.name());
  if (operands == 1 && found != unary.end()) return found->second;
  if (operands == 2 && call.name() == "pow" && is_whole(call.operands()[1])) return Form::power;
  if (operands == 2 && call.name() == "matmul") return Form::matrix_product;
  if (operands == 3 && call.name() == "where") return Form::cases;
  return Form::function;
}

bool is_digit(const std::string& character) {
  return character.size() == 1 && character[0] >= '0' && character[0] <= '9';
}

/// Moves the digits at the end of `h1` to the subscript.
void split_digits(Name& name) {
  const std::size_t last = name.base.find_last_not_of("0123456789");
  if (last == std::string::npos || !name.subscript.empty() || is_digit(name.base.substr(0, 1))) return;
  name.subscript = name.base.substr(last + 1);
  name.base.resize(last + 1);
}

/// How tightly a character binds what stands on its sides in a formula.
Binding binding_of_character(const std::string& character) {
  static const std::map<std::string, Binding> signs{
      {"<", Binding::comparison}, {">", Binding::comparison}, {"=", Binding::comparison}, {"≤", Binding::comparison},
      {"≥", Binding::comparison}, {"+", Binding::sum},        {"-", Binding::sum},        {"−", Binding::sum},
      {"*", Binding::product},    {"·", Binding::product},    {"×", Binding::product},    {"/", Binding::product},
      {"^", Binding::power}};
  const auto found = signs.find(character);
  return found == signs.end() ? Binding::atom : found->second;
}

}  // namespace

Binding binding_of_name(const std::string& name) {
  Binding loosest = split_name(name).superscript.empty() ? Binding::atom : Binding::power;
  int depth = 0;
  for (const std::string& character : characters(name)) {
    if (std::string_view("([{").find(character) != std::string_view::npos) ++depth;
    else if (std::string_view(")]}").find(character) != std::string_view::npos) --depth;
    else if (depth == 0) loosest = std::min(loosest, binding_of_character(character));
  }
  return loosest;
}

Form form_of(const Symbol& symbol) {
  switch (symbol.kind()) {
    case Kind::number:
      return Form::number;
    case Kind::name:
      return Form::name;
    case Kind::negate:
      return Form::negation;
    case Kind::divide:
      return Form::fraction;
    case Kind::call:
      return form_of_call(symbol);
    default:
      return Form::infix;
  }
}

Binding binding_of(const Symbol& symbol) {
  switch (symbol.kind()) {
    case Kind::compare:
      return Binding::comparison;
    case Kind::add:
    case Kind::subtract:
      return Binding::sum;
    case Kind::negate:
      return Binding::negation;
    case Kind::multiply:
    case Kind::divide:
      return Binding::product;
    case Kind::number:
      return std::signbit(symbol.value()) ? Binding::negation : Binding::atom;
    case Kind::name:
      return binding_of_name(symbol.name());
    case Kind::call:
      break;
  }
  const Form form = form_of(symbol);
  return form == Form::power || form == Form::transposed ? Binding::power : Binding::atom;
}

Binding least_on_the_left(const Symbol& infix) {
  return infix.kind() == Kind::multiply || infix.kind() == Kind::divide ? Binding::negation : Binding::sum;
}

Binding least_on_the_right(const Symbol& infix) {
  switch (infix.kind()) {
    case Kind::subtract:
      return Binding::negation;
    case Kind::multiply:
      return Binding::product;
    case Kind::divide:
      return Binding::power;
    default:
      return Binding::sum;
  }
}

std::string number_text(double value) {
  if (std::isinf(value)) return value < 0 ? "-∞" : "∞";
  return fmt::format("{}", base::unsigned_nan(value));
}

std::string attributes_text(const Attributes& attributes) {
  std::string text = attributes_below(attributes);
  const bool* keep = find_attribute<bool>(attributes, "keep_dims");
  if (keep != nullptr && *keep) text += text.empty() ? "keep" : ", keep";
  return text.empty() ? text : "{" + text + "}";
}

std::string attributes_below(const Attributes& attributes) {
  static const std::set<std::string> told_by_their_kind{"axis", "axes", "indices", "labels", "places", "size"};
  static const std::set<std::string> told_elsewhere{"shape", "keep_dims"};
  std::string text;
  for (const auto& [name, value] : attributes) {
    if (told_elsewhere.contains(name)) continue;
    std::string part = to_string(value);
    if (std::holds_alternative<Axes>(value)) part = part.substr(1, part.size() - 2);
    if (!told_by_their_kind.contains(name)) part = fmt::format("{}={}", name, part);
    text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

const std::vector<std::string>& subscript_digits() {
  static const std::vector<std::string> digits = characters("₀₁₂₃₄₅₆₇₈₉");
  return digits;
}

const std::vector<std::string>& superscript_digits() {
  static const std::vector<std::string> digits = characters("⁰¹²³⁴⁵⁶⁷⁸⁹");
  return digits;
}

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> result;
  for (const char byte : text) {
    const bool continues = (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
    if (continues && !result.empty()) result.back() += byte;
    else result.emplace_back(1, byte);
  }
  return result;
}

Name split_name(const std::string& name) {
  Name result;
  bool below = false;
  const std::vector<std::string>& raised = superscript_digits();
  const std::vector<std::string>& lowered = subscript_digits();
  for (const std::string& character : characters(name)) {
    const auto above = std::find(raised.begin(), raised.end(), character);
    const auto under = std::find(lowered.begin(), lowered.end(), character);
    if (under != lowered.end()) result.subscript += std::to_string(under - lowered.begin());
    else if (below && character != "{" && character != "}") result.subscript += character;
    else if (below) continue;                                                               // x_{2t+1}
    else if (character == "." && !result.subscript.empty()) result.subscript += character;  // W₀.₁
    else if (character == combining_hat) result.has_hat = true;
    else if (above != raised.end()) result.superscript += std::to_string(above - raised.begin());
    else if (character == "_" && !result.base.empty()) below = true;
    else result.base += character;
  }
  split_digits(result);
  return result;
}

}  // namespace wengert::symbols
