#pragma once

#include <autograd/numbers/symbol.hpp>

// What simplifies: a product taken apart into its number and its factors, and a sum into such products.

namespace wengert::symbols {

/// base^exponent with a positive whole exponent.
struct Factor {
  Symbol base;
  double exponent;
};

/// A product taken apart: numerator · above / (denominator · below). Every base occurs once above and once below.
struct Term {
  double numerator = 1.0;
  double denominator = 1.0;
  std::vector<Factor> above;
  std::vector<Factor> below;
};

Term term_of(const Symbol& symbol);
Symbol symbol_of(const Term& term);

Term product(Term a, const Term& b);
Term reciprocal(Term a);

/// Adds a term to a sum: to the one with the same factors, in whatever order, or behind the last one.
void add_term(std::vector<Term>& sum, const Term& term);
/// The terms of `a + b + c`. What is subtracted as a whole, the bracket of `a - (b + c)`, stays one term.
std::vector<Term> sum_of(const Symbol& symbol);
Symbol symbol_of(const std::vector<Term>& sum);

}  // namespace wengert::symbols
