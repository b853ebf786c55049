#include <autograd/numbers/terms.hpp>

#include <algorithm>
#include <cmath>

namespace wengert::symbols {
namespace {

using Kind = Symbol::Kind;

bool is_whole_power(const Symbol& symbol) {
  if (symbol.kind() != Kind::call || symbol.name() != "pow") return false;
  const Symbol& exponent = symbol.operands()[1];
  return exponent.kind() == Kind::number && exponent.value() >= 1.0 && std::fmod(exponent.value(), 1.0) == 0.0;
}

void multiply_by(std::vector<Factor>& factors, const Factor& factor) {
  const auto equal_base = [&](const Factor& other) { return same(other.base, factor.base); };
  const auto place = std::find_if(factors.begin(), factors.end(), equal_base);
  if (place == factors.end()) factors.push_back(factor);
  else place->exponent += factor.exponent;
}

bool same_factors(const std::vector<Factor>& a, const std::vector<Factor>& b) {
  const auto is_in_b = [&](const Factor& factor) {
    return std::any_of(b.begin(), b.end(), [&](const Factor& other) {
      return other.exponent == factor.exponent && same(other.base, factor.base);
    });
  };
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), is_in_b);
}

/// The number, if it is not 1, and the factors, joined as `2 · a · b²`.
Symbol chain(double number, const std::vector<Factor>& factors) {
  std::vector<Symbol> parts;
  if (number != 1.0 || factors.empty()) parts.push_back(Symbol(number));
  for (const Factor& factor : factors) parts.push_back(Symbol::call("pow", {factor.base, Symbol(factor.exponent)}));
  Symbol result = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) result = Symbol::binary(Kind::multiply, result, parts[i]);
  return result;
}

/// 6 / 3 becomes 2, 2 / 8 stays; the sign goes to the numerator.
void reduce(Term& term) {
  if (term.denominator < 0) {
    term.numerator = -term.numerator;
    term.denominator = -term.denominator;
  }
  if (std::fmod(term.numerator, term.denominator) == 0.0) {
    term.numerator /= term.denominator;
    term.denominator = 1.0;
  }
}

}  // namespace

Term term_of(const Symbol& symbol) {
  const std::vector<Symbol>& operands = symbol.operands();
  switch (symbol.kind()) {
    case Kind::number:
      return {.numerator = symbol.value(), .denominator = 1.0, .above = {}, .below = {}};
    case Kind::negate:
      return product({.numerator = -1.0, .denominator = 1.0, .above = {}, .below = {}}, term_of(operands[0]));
    case Kind::multiply:
      return product(term_of(operands[0]), term_of(operands[1]));
    case Kind::divide:
      return product(term_of(operands[0]), reciprocal(term_of(operands[1])));
    default:
      break;
  }
  const Factor factor = is_whole_power(symbol) ? Factor{operands[0], operands[1].value()} : Factor{symbol, 1.0};
  return {.numerator = 1.0, .denominator = 1.0, .above = {factor}, .below = {}};
}

Symbol symbol_of(const Term& term) {
  Term t = term;
  reduce(t);
  if (t.numerator == 0.0 && t.denominator != 0.0) return Symbol(0.0);
  const bool is_number = t.above.empty() && t.below.empty() && t.denominator == 1.0;
  const bool is_negative = t.numerator == -1.0 && !is_number;  // -1 · a is -a, but -2 · a keeps its number
  const Symbol top = chain(is_negative ? 1.0 : t.numerator, t.above);
  const bool is_fraction = t.denominator != 1.0 || !t.below.empty();
  const Symbol result = is_fraction ? Symbol::binary(Kind::divide, top, chain(t.denominator, t.below)) : top;
  return is_negative ? Symbol::negated(result) : result;
}

Term product(Term a, const Term& b) {
  a.numerator *= b.numerator;
  a.denominator *= b.denominator;
  for (const Factor& factor : b.above) multiply_by(a.above, factor);
  for (const Factor& factor : b.below) multiply_by(a.below, factor);
  return a;
}

Term reciprocal(Term a) {
  std::swap(a.numerator, a.denominator);
  std::swap(a.above, a.below);
  return a;
}

void add_term(std::vector<Term>& sum, const Term& term) {
  if (term.numerator == 0.0) return;
  const auto place = std::find_if(sum.begin(), sum.end(), [&](const Term& other) {
    return other.denominator == term.denominator && same_factors(other.above, term.above) &&
           same_factors(other.below, term.below);
  });
  if (place == sum.end()) {
    sum.push_back(term);
    return;
  }
  const double numerator = place->numerator + term.numerator;
  *place = term;  // g · x + x · g reads better as 2 · x · g
  place->numerator = numerator;
  if (numerator == 0.0) sum.erase(place);
}

std::vector<Term> sum_of(const Symbol& symbol) {
  if (symbol.kind() != Kind::add && symbol.kind() != Kind::subtract) {
    std::vector<Term> sum;
    add_term(sum, term_of(symbol));
    return sum;
  }
  std::vector<Term> sum = sum_of(symbol.operands()[0]);
  if (symbol.kind() == Kind::add) {
    for (const Term& term : sum_of(symbol.operands()[1])) add_term(sum, term);
  } else {
    add_term(sum, term_of(-symbol.operands()[1]));
  }
  return sum;
}

Symbol symbol_of(const std::vector<Term>& sum) {
  if (sum.empty()) return Symbol(0.0);
  Symbol result = symbol_of(sum.front());
  for (std::size_t i = 1; i < sum.size(); ++i) {
    Term term = sum[i];
    const bool is_negative = term.numerator < 0.0;
    if (is_negative) term.numerator = -term.numerator;
    result = Symbol::binary(is_negative ? Kind::subtract : Kind::add, result, symbol_of(term));
  }
  return result;
}

}  // namespace wengert::symbols
