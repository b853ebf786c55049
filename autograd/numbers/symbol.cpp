#include <autograd/numbers/terms.hpp>

#include <algorithm>
#include <ostream>

namespace wengert {

using Kind = Symbol::Kind;

Symbol::Symbol(double value)
    : Symbol(Node{.kind = Kind::number, .value = value, .name = {}, .subscript = {}, .operands = {}}) {}
Symbol::Symbol(const Constant& constant) : Symbol(std::string(constant.name)) {}
Symbol::Symbol(std::string name)
    : Symbol(Node{.kind = Kind::name, .value = 0.0, .name = std::move(name), .subscript = {}, .operands = {}}) {}

Symbol Symbol::binary(Kind kind, const Symbol& a, const Symbol& b) {
  return Symbol(Node{.kind = kind, .value = 0.0, .name = {}, .subscript = {}, .operands = {a, b}});
}

Symbol Symbol::negated(const Symbol& a) {
  return Symbol(Node{.kind = Kind::negate, .value = 0.0, .name = {}, .subscript = {}, .operands = {a}});
}

Symbol Symbol::comparison(std::string name, const Symbol& a, const Symbol& b) {
  return Symbol(
      Node{.kind = Kind::compare, .value = 0.0, .name = std::move(name), .subscript = {}, .operands = {a, b}});
}

Symbol Symbol::renamed(const std::function<std::string(const std::string&)>& rename) const {
  Node node = *node_;
  if (kind() == Kind::name) node.name = rename(node.name);
  for (Symbol& operand : node.operands) operand = operand.renamed(rename);
  return Symbol(std::move(node));
}

bool Symbol::is_number(double value) const { return kind() == Kind::number && node_->value == value; }

bool same(const Symbol& a, const Symbol& b) {
  if (a.node_ == b.node_) return true;
  if (a.kind() != b.kind() || a.name() != b.name() || a.subscript() != b.subscript()) return false;
  if (a.kind() == Kind::number) return a.value() == b.value();
  if (a.operands().size() != b.operands().size()) return false;
  for (std::size_t i = 0; i < a.operands().size(); ++i) {
    if (!same(a.operands()[i], b.operands()[i])) return false;
  }
  return true;
}

bool contains(const Symbol& whole, const Symbol& part) {
  const std::vector<Symbol>& operands = whole.operands();
  return same(whole, part) ||
         std::any_of(operands.begin(), operands.end(), [&](const Symbol& operand) { return contains(operand, part); });
}

Symbol operator-(const Symbol& a) { return Symbol(-1.0) * a; }

Symbol operator+(const Symbol& a, const Symbol& b) {
  std::vector<symbols::Term> sum = symbols::sum_of(a);
  for (const symbols::Term& term : symbols::sum_of(b)) symbols::add_term(sum, term);
  return symbols::symbol_of(sum);
}

Symbol operator-(const Symbol& a, const Symbol& b) {
  if (same(a, b)) return {0.0};
  std::vector<symbols::Term> sum = symbols::sum_of(a);
  symbols::add_term(sum, symbols::term_of(-b));
  return symbols::symbol_of(sum);
}

Symbol operator*(const Symbol& a, const Symbol& b) {
  return symbols::symbol_of(symbols::product(symbols::term_of(a), symbols::term_of(b)));
}

Symbol operator/(const Symbol& a, const Symbol& b) {
  return symbols::symbol_of(symbols::product(symbols::term_of(a), symbols::reciprocal(symbols::term_of(b))));
}

Symbol operator<(const Symbol& a, const Symbol& b) { return Symbol::comparison("<", a, b); }
Symbol operator<=(const Symbol& a, const Symbol& b) { return Symbol::comparison("≤", a, b); }
Symbol operator>(const Symbol& a, const Symbol& b) { return Symbol::comparison(">", a, b); }
Symbol operator>=(const Symbol& a, const Symbol& b) { return Symbol::comparison("≥", a, b); }
Symbol equal(const Symbol& a, const Symbol& b) { return Symbol::comparison("=", a, b); }

Symbol operator&&(const Symbol& a, const Symbol& b) { return Symbol::comparison("∧", a, b); }
Symbol operator||(const Symbol& a, const Symbol& b) { return Symbol::comparison("∨", a, b); }
Symbol operator!(const Symbol& a) { return Symbol::call("not", {a}); }

Symbol where(const Symbol& mask, const Symbol& a, const Symbol& b) {
  if (same(a, b)) return a;
  return Symbol::call("where", {mask, a, b});
}

std::ostream& operator<<(std::ostream& out, const Symbol& formula) { return out << formula.text(); }

}  // namespace wengert
