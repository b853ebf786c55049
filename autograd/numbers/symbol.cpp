#include <autograd/numbers/symbol.hpp>

#include <cmath>

namespace wengert {

using Kind = Symbol::Kind;

Symbol::Symbol(double value)
    : Symbol(Node{.kind = Kind::number, .value = value, .name = {}, .subscript = {}, .operands = {}}) {}
Symbol::Symbol(const Constant& constant) : Symbol(std::string(constant.name)) {}
Symbol::Symbol(std::string name)
    : Symbol(Node{.kind = Kind::name, .value = 0.0, .name = std::move(name), .subscript = {}, .operands = {}}) {}

Symbol Symbol::call(std::string name, std::vector<Symbol> operands, std::string subscript) {
  return Symbol(Node{.kind = Kind::call,
                     .value = 0.0,
                     .name = std::move(name),
                     .subscript = std::move(subscript),
                     .operands = std::move(operands)});
}

Symbol Symbol::binary(Kind kind, const Symbol& a, const Symbol& b) {
  return Symbol(Node{.kind = kind, .value = 0.0, .name = {}, .subscript = {}, .operands = {a, b}});
}

Symbol Symbol::comparison(std::string name, const Symbol& a, const Symbol& b) {
  return Symbol(
      Node{.kind = Kind::compare, .value = 0.0, .name = std::move(name), .subscript = {}, .operands = {a, b}});
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

Symbol operator-(const Symbol& a) {
  if (a.kind() == Kind::number) return {-a.value()};
  if (a.kind() == Kind::negate) return a.operands()[0];
  return Symbol(Symbol::Node{.kind = Kind::negate, .value = 0.0, .name = {}, .subscript = {}, .operands = {a}});
}

Symbol operator+(const Symbol& a, const Symbol& b) {
  if (a.kind() == Kind::number && b.kind() == Kind::number) return {a.value() + b.value()};
  if (a.is_number(0.0)) return b;
  if (b.is_number(0.0)) return a;
  if (b.kind() == Kind::negate) return a - b.operands()[0];
  if (same(a, b)) return Symbol(2.0) * a;
  return Symbol::binary(Kind::add, a, b);
}

Symbol operator-(const Symbol& a, const Symbol& b) {
  if (a.kind() == Kind::number && b.kind() == Kind::number) return {a.value() - b.value()};
  if (b.is_number(0.0)) return a;
  if (a.is_number(0.0)) return -b;
  if (b.kind() == Kind::negate) return a + b.operands()[0];
  if (same(a, b)) return {0.0};
  return Symbol::binary(Kind::subtract, a, b);
}

Symbol operator*(const Symbol& a, const Symbol& b) {
  if (a.kind() == Kind::number && b.kind() == Kind::number) return {a.value() * b.value()};
  if (a.is_number(0.0) || b.is_number(0.0)) return {0.0};
  if (a.is_number(1.0)) return b;
  if (b.is_number(1.0)) return a;
  if (a.is_number(-1.0)) return -b;
  if (b.is_number(-1.0)) return -a;
  if (a.kind() == Kind::negate) return -(a.operands()[0] * b);
  if (b.kind() == Kind::negate) return -(a * b.operands()[0]);
  if (b.kind() == Kind::number) return b * a;
  if (b.kind() == Kind::multiply && b.operands()[0].kind() == Kind::number) {
    return (b.operands()[0] * a) * b.operands()[1];
  }
  if (b.kind() == Kind::divide) return (a * b.operands()[0]) / b.operands()[1];
  return Symbol::binary(Kind::multiply, a, b);
}

Symbol operator/(const Symbol& a, const Symbol& b) {
  if (a.kind() == Kind::number && b.kind() == Kind::number && b.value() != 0.0) return {a.value() / b.value()};
  if (a.is_number(0.0)) return a;
  if (b.is_number(1.0)) return a;
  if (a.kind() == Kind::negate) return -(a.operands()[0] / b);
  if (b.kind() == Kind::negate) return -(a / b.operands()[0]);
  return Symbol::binary(Kind::divide, a, b);
}

Symbol operator<(const Symbol& a, const Symbol& b) { return Symbol::comparison("<", a, b); }
Symbol operator<=(const Symbol& a, const Symbol& b) { return Symbol::comparison("≤", a, b); }
Symbol operator>(const Symbol& a, const Symbol& b) { return Symbol::comparison(">", a, b); }
Symbol operator>=(const Symbol& a, const Symbol& b) { return Symbol::comparison("≥", a, b); }
Symbol equal(const Symbol& a, const Symbol& b) { return Symbol::comparison("=", a, b); }

Symbol where(const Symbol& mask, const Symbol& a, const Symbol& b) {
  if (same(a, b)) return a;
  return Symbol::call("where", {mask, a, b});
}

}  // namespace wengert
