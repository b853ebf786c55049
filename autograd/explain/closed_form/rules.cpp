#include <autograd/explain/closed_form/rules.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/numbers/terms.hpp>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;
using symbols::Factor;
using symbols::Term;

bool is_sum(const Symbol& symbol) { return symbol.kind() == Kind::call && symbol.name() == "sum"; }

bool keeps_its_axes(const Symbol& symbol) {
  return is_sum(symbol) && *find_attribute<bool>(symbol.attributes(), "keep_dims");
}

/// The formula with every product in it rewritten, from the inside out.
template <class Rewrite>
Symbol with_products(const Symbol& formula, const Rewrite& rewrite) {
  if (formula.kind() == Kind::number || formula.kind() == Kind::name) return rewrite(symbols::term_of(formula));
  const auto inside = [&](const Symbol& whole) { return with_products(whole, rewrite); };
  if (formula.kind() == Kind::add) return inside(formula.operands()[0]) + inside(formula.operands()[1]);
  if (formula.kind() == Kind::subtract) return inside(formula.operands()[0]) - inside(formula.operands()[1]);
  Term term = symbols::term_of(formula);
  for (std::vector<Factor>* factors : {&term.above, &term.below}) {
    for (Factor& factor : *factors) {
      const Symbol& base = factor.base;
      if (base.kind() == Kind::add || base.kind() == Kind::subtract) {
        factor.base = inside(base);
      } else if (base.kind() == Kind::call) {
        std::vector<Symbol> operands;
        for (const Symbol& operand : base.operands()) operands.push_back(inside(operand));
        factor.base = Symbol::call(base.name(), operands, base.attributes());
      }
    }
  }
  return rewrite(term);
}

Symbol power(const Factor& factor) { return Symbol::call("pow", {factor.base, Symbol(factor.exponent)}); }

/// Whether an array of this shape has one element along each of the axes of what it broadcasts to.
bool is_same_along(const Shape& shape, const Axes& axes, std::size_t rank) {
  for (const std::size_t axis : normalise_axes("out_of_sums", axes, rank)) {
    const std::size_t missing = rank - shape.size();
    if (axis >= missing && shape[axis - missing] != 1) return false;
  }
  return true;
}

/// sum(a · b) with what is the same along its axes in front; as it is if what is left would lose an axis.
Symbol split(const Symbol& sum, const Values& values) {
  const Axes& axes = *find_attribute<Axes>(sum.attributes(), "axes");
  const std::size_t rank = evaluate(sum.operands()[0], values).dimension();
  Term inside = symbols::term_of(sum.operands()[0]);
  Term outside;
  for (const auto factors : {&Term::above, &Term::below}) {
    std::vector<Factor> kept;
    for (const Factor& factor : inside.*factors) {
      const bool leaves = is_same_along(evaluate(factor.base, values).shape(), axes, rank);
      (leaves ? outside.*factors : kept).push_back(factor);
    }
    inside.*factors = kept;
  }
  const Symbol rest = symbols::symbol_of(inside);
  if (evaluate(rest, values).shape() != evaluate(sum.operands()[0], values).shape()) return sum;
  return symbols::symbol_of(outside) * Symbol::call("sum", {rest}, sum.attributes());
}

double exponent_in(const std::vector<Factor>& factors, const Symbol& base) {
  for (const Factor& factor : factors) {
    if (same(factor.base, base)) return factor.exponent;
  }
  return 0.0;
}

/// The factors less those of the product, or none if they are not all there.
std::optional<std::vector<Factor>> without(const std::vector<Factor>& factors, const std::vector<Factor>& product) {
  std::vector<Factor> rest;
  for (const Factor& factor : product) {
    if (exponent_in(factors, factor.base) < factor.exponent) return std::nullopt;
  }
  for (const Factor& factor : factors) {
    const double exponent = factor.exponent - exponent_in(product, factor.base);
    if (exponent > 0.0) rest.push_back({factor.base, exponent});
  }
  return rest;
}

}  // namespace

Symbol substituted(const Symbol& formula, const Symbol& part, const Symbol& by) {
  if (same(formula, part)) return by;
  const auto inside = [&](std::size_t k) { return substituted(formula.operands()[k], part, by); };
  switch (formula.kind()) {
    case Kind::negate:
      return -inside(0);
    case Kind::add:
      return inside(0) + inside(1);
    case Kind::subtract:
      return inside(0) - inside(1);
    case Kind::multiply:
      return inside(0) * inside(1);
    case Kind::divide:
      return inside(0) / inside(1);
    case Kind::call: {
      std::vector<Symbol> operands;
      for (std::size_t k = 0; k < formula.operands().size(); ++k) operands.push_back(inside(k));
      return Symbol::call(formula.name(), operands, formula.attributes());
    }
    default:
      return formula;
  }
}

Symbol out_of_sums(const Symbol& formula, const Values& values) {
  return with_products(formula, [&](const Term& term) {
    Term result = term;
    result.above.clear();
    for (const Factor& factor : term.above) {
      const bool splits = keeps_its_axes(factor.base) && factor.exponent == 1.0;
      result = symbols::product(result, symbols::term_of(splits ? split(factor.base, values) : power(factor)));
    }
    return symbols::symbol_of(result);
  });
}

Symbol with_name(const Symbol& formula, const Symbol& product, const Symbol& name) {
  const Term named = symbols::term_of(product);
  const bool has_factors_alone = !named.above.empty() && named.below.empty();
  require(has_factors_alone && named.numerator == 1.0 && named.denominator == 1.0, "with_name",
          "got {}; expected a product of names and calls, without numbers and divisors", product);
  return with_products(formula, [&](Term term) {
    while (const auto rest = without(term.above, named.above)) {
      term.above = *rest;
      term = symbols::product(term, symbols::term_of(name));
    }
    return symbols::symbol_of(term);
  });
}

Symbol with_means(const Symbol& formula, double n) {
  return with_products(formula, [&](Term term) {
    for (Factor& factor : term.above) {
      if (!is_sum(factor.base) || factor.exponent != 1.0 || term.denominator != n) continue;
      factor.base = Symbol::call("mean", factor.base.operands(), factor.base.attributes());
      term.denominator = 1.0;
    }
    return symbols::symbol_of(term);
  });
}

Symbol factored(const Symbol& formula) {
  const std::vector<Term> terms = symbols::sum_of(formula);
  if (terms.empty()) return formula;
  Term common;
  common.denominator = terms.front().denominator;
  for (const Factor& factor : terms.front().above) {
    double exponent = factor.exponent;
    for (const Term& term : terms) exponent = std::min(exponent, exponent_in(term.above, factor.base));
    if (exponent > 0.0) common.above.push_back({factor.base, exponent});
  }
  for (const Term& term : terms) {
    if (term.denominator != common.denominator) common.denominator = 1.0;
  }
  std::vector<Term> rest;
  for (Term term : terms) {
    term.above = *without(term.above, common.above);
    term.denominator /= common.denominator;
    rest.push_back(term);
  }
  Term result = common;
  if (common.above.empty() && common.denominator == 1.0) return symbols::symbol_of(rest);
  result.above.push_back({symbols::symbol_of(rest), 1.0});
  return symbols::symbol_of(result);
}

}  // namespace wengert::explain
