#pragma once

#include <autograd/arrays/attribute.hpp>
#include <autograd/numbers/constant.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wengert {

/// A number that is a formula: what a formula is called with to print itself and its derivative. Arithmetic builds an
/// expression and simplifies it on the way, so that a derivative reads as in a textbook: numbers and signs come to the
/// front of a product, equal factors become powers, equal terms are added up, and 0 and 1 vanish. Two expressions are
/// equal if they are written alike; nothing is multiplied out, and nothing that may be zero is cancelled. Equal
/// expressions are one node, so that an expression is a graph without copies and a comparison costs nothing.
class Symbol {
 public:
  enum class Kind { number, name, negate, add, subtract, multiply, divide, compare, call };

  Symbol(double value);
  /// A name that keeps the constant's value.
  Symbol(const Constant& constant);
  /// A name that stands for itself: two of one text are the same.
  explicit Symbol(std::string name);

  /// A variable that is what its identity (not 0) says, whatever its name; a constant keeps its value as well.
  static Symbol variable(std::string name, std::uint64_t identity, std::shared_ptr<const Array<double>> value = {});

  /// A function applied to operands, `tanh(x)`, with what it is told beside them, `sum{0}(x)`.
  /// "pow", "square", "transpose", "sum" and "mean" are simplified: x^1 is x, and sum{0}(-a / 8) is -sum{0}(a) / 8.
  static Symbol call(std::string name, std::vector<Symbol> operands, Attributes attributes = {});

  /// Two operands joined as they are, and an operand with a minus as it is: what the operators below build in the end.
  static Symbol binary(Kind kind, const Symbol& a, const Symbol& b);
  static Symbol negated(const Symbol& a);

  /// The same expression with `replace(part)` in place of every part for which it gives something, from the outside in.
  Symbol replaced(const std::function<std::optional<Symbol>(const Symbol&)>& replace) const;
  /// The same expression with `rename(name)` in place of every name.
  Symbol renamed(const std::function<std::string(const std::string&)>& rename) const;

  Kind kind() const { return node_->kind; }
  /// The value of a number.
  double value() const { return node_->value; }
  /// The text of a name, the operator of a comparison, the function of a call.
  const std::string& name() const& { return node_->name; }
  std::string name() && { return node_->name; }
  /// What a call is told beside its operands.
  const Attributes& attributes() const& { return node_->attributes; }
  Attributes attributes() && { return node_->attributes; }
  const std::vector<Symbol>& operands() const& { return node_->operands; }
  std::vector<Symbol> operands() && { return node_->operands; }
  /// What a variable is; 0 for a name that stands for itself.
  std::uint64_t identity() const { return node_->identity; }
  /// The value of a name that is a constant, null for other names.
  const std::shared_ptr<const Array<double>>& constant() const& { return node_->constant; }
  std::shared_ptr<const Array<double>> constant() && { return node_->constant; }
  bool is_number(double value) const;
  /// Where the expression is stored: equal expressions of one thread are at one place.
  const void* node() const { return node_.get(); }

  friend Symbol operator-(const Symbol& a);
  friend Symbol operator+(const Symbol& a, const Symbol& b);
  friend Symbol operator-(const Symbol& a, const Symbol& b);
  friend Symbol operator*(const Symbol& a, const Symbol& b);
  friend Symbol operator/(const Symbol& a, const Symbol& b);
  friend Symbol operator<(const Symbol& a, const Symbol& b);
  friend Symbol operator<=(const Symbol& a, const Symbol& b);
  friend Symbol operator>(const Symbol& a, const Symbol& b);
  friend Symbol operator>=(const Symbol& a, const Symbol& b);
  friend Symbol equal(const Symbol& a, const Symbol& b);
  friend Symbol operator&&(const Symbol& a, const Symbol& b);
  friend Symbol operator||(const Symbol& a, const Symbol& b);
  friend Symbol operator!(const Symbol& a);
  friend Symbol where(const Symbol& mask, const Symbol& a, const Symbol& b);

  /// Whether both are the same expression, operand by operand.
  friend bool same(const Symbol& a, const Symbol& b);
  /// Whether `part` is `whole` or occurs in it.
  friend bool contains(const Symbol& whole, const Symbol& part);

 private:
  struct Node {
    Kind kind = Kind::number;
    double value = 0.0;
    std::string name = {};
    Attributes attributes = {};
    std::vector<Symbol> operands = {};
    std::uint64_t identity = 0;
    std::shared_ptr<const Array<double>> constant = {};

    bool operator==(const Node& other) const;
    std::size_t hash() const;
  };
  class Table;

  explicit Symbol(Node node);
  static Symbol plain_call(std::string name, std::vector<Symbol> operands, Attributes attributes);
  static Symbol reduction(const std::string& name, const Symbol& operand, const Attributes& attributes);
  static Symbol comparison(std::string name, const Symbol& a, const Symbol& b);

  std::shared_ptr<const Node> node_;
};

bool same(const Symbol& a, const Symbol& b);
bool contains(const Symbol& whole, const Symbol& part);

}  // namespace wengert
