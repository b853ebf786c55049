#pragma once

#include <autograd/base/text_formatter.hpp>
#include <autograd/numbers/constant.hpp>

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace wengert {

/// A number that is a formula: what a formula is called with to print itself and its derivative. Arithmetic builds an
/// expression and simplifies it on the way, so that a derivative reads as in a textbook: numbers and signs come to the
/// front of a product, equal factors become powers, equal terms are added up, and 0 and 1 vanish. Two expressions are
/// equal if they are written alike; nothing is multiplied out, and nothing that may be zero is cancelled.
class Symbol {
 public:
  enum class Kind { number, name, negate, add, subtract, multiply, divide, compare, call };

  Symbol(double value);
  Symbol(const Constant& constant);
  explicit Symbol(std::string name);

  /// A function applied to operands, `tanh(x)`; `subscript` is set below the name, as the axes are in `sum{0}(x)`.
  /// "pow", "square", "transpose", "sum" and "mean" are simplified: x^1 is x, and sum{0}(-a / 8) is -sum{0}(a) / 8.
  static Symbol call(std::string name, std::vector<Symbol> operands, std::string subscript = {});

  /// Two operands joined as they are, and an operand with a minus as it is: what the operators below build in the end.
  static Symbol binary(Kind kind, const Symbol& a, const Symbol& b);
  static Symbol negated(const Symbol& a);

  /// The formula as text: `γ · (x - μ) · rsqrt(σ² + ε) + β`.
  std::string text() const;
  /// The formula for LaTeX's mathematics mode.
  std::string latex() const;
  /// The formula as a MathML element `<math>...</math>`.
  std::string mathml() const;

  /// The same expression with `rename(name)` in place of every name.
  Symbol renamed(const std::function<std::string(const std::string&)>& rename) const;

  Kind kind() const { return node_->kind; }
  /// The value of a number.
  double value() const { return node_->value; }
  /// The text of a name, the operator of a comparison, the function of a call.
  const std::string& name() const& { return node_->name; }
  std::string name() && { return node_->name; }
  const std::string& subscript() const& { return node_->subscript; }
  std::string subscript() && { return node_->subscript; }
  const std::vector<Symbol>& operands() const& { return node_->operands; }
  std::vector<Symbol> operands() && { return node_->operands; }
  bool is_number(double value) const;

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
    Kind kind;
    double value = 0.0;
    std::string name;
    std::string subscript;
    std::vector<Symbol> operands;
  };

  explicit Symbol(Node node) : node_(std::make_shared<const Node>(std::move(node))) {}
  static Symbol plain_call(std::string name, std::vector<Symbol> operands, std::string subscript);
  static Symbol reduction(const std::string& name, const Symbol& operand, const std::string& subscript);
  static Symbol comparison(std::string name, const Symbol& a, const Symbol& b);

  std::shared_ptr<const Node> node_;
};

bool same(const Symbol& a, const Symbol& b);
bool contains(const Symbol& whole, const Symbol& part);

inline std::string to_string(const Symbol& formula) { return formula.text(); }
std::ostream& operator<<(std::ostream& out, const Symbol& formula);

}  // namespace wengert

template <>
struct fmt::formatter<wengert::Symbol> : wengert::TextFormatter {};
