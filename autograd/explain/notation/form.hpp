#pragma once

#include <autograd/numbers/symbol.hpp>

#include <string_view>

// What the renderers to text, LaTeX and MathML have in common: how an expression is set, and what a name consists of.

namespace wengert::symbols {

/// How an expression is set: by its kind, or as the notation that a call of this name has in mathematics.
enum class Form {
  number,
  name,
  negation,
  infix,       ///< a + b, a - b, a · b, a ≤ b
  fraction,    ///< a / b
  power,       ///< x²: pow with a whole exponent
  transposed,  ///< Wᵀ
  root,        ///< sqrt(x)
  inverse_root,
  absolute,
  cases,  ///< where(mask, a, b)
  total,  ///< the sum over axes
  matrix_product,
  function,
};
Form form_of(const Symbol& symbol);

/// How tightly an expression binds; an operand that binds less than its place asks for is put in parentheses.
enum Binding : int { comparison, sum, negation, product, power, atom };
Binding binding_of(const Symbol& symbol);
/// A name binds as the formula that it reads as: `a + b` as a sum, ∂ℓ/∂x as a quotient, σ² as a power.
Binding binding_of_name(const std::string& name);

/// Whether two expressions joined by an infix sign need parentheses: `a - (b - c)` does, `(a - b) - c` does not.
Binding least_on_the_left(const Symbol& infix);
Binding least_on_the_right(const Symbol& infix);

/// The shortest decimal that is the number again: 0.5, 1e-05, 2, ∞.
std::string number_text(double value);

/// What a call is told beside its operands, as text: `{0, 2, keep}`, `{0, begin=2, end=5}`. Not the shape, which is
/// written as an operand.
std::string attributes_text(const Attributes& attributes);
/// The same as mathematics writes it below a name: 0, 2. It leaves out whether axes are kept.
std::string attributes_below(const Attributes& attributes);

/// The characters of UTF-8 text.
std::vector<std::string> characters(std::string_view text);

/// ⁰ to ⁹, and ₀ to ₉.
const std::vector<std::string>& superscript_digits();
const std::vector<std::string>& subscript_digits();

/// What stands above the letter before it: x̂.
inline const std::string combining_hat = "\u0302";

/// A name taken apart: `x̂` is x with a hat, `σ²` has the superscript 2, `h1`, `x_centred` and `v_{2t+1}` have
/// subscripts.
struct Name {
  std::string base;
  bool has_hat = false;
  std::string superscript;
  std::string subscript;
};
Name split_name(const std::string& name);

}  // namespace wengert::symbols
