#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/explain/closed_form/rules.hpp>

#include "../../error_text.hpp"

using namespace wengert;
using namespace wengert::explain;

// The rules that bring a gradient into its closed form do what they say and no more.

namespace {

const Symbol a("a"), b("b"), row("row"), column("column");

Symbol sum_over_rows(const Symbol& x) { return Symbol::call("sum", {x}, {{"axes", Axes{0}}, {"keep_dims", true}}); }

Values values() {
  Generator generator(6);
  return {{"a", generator.normal<double>({4, 3})},
          {"b", generator.normal<double>({4, 3})},
          {"row", generator.normal<double>({1, 3})},
          {"column", generator.normal<double>({4, 1})}};
}

}  // namespace

TEST_CASE("what is the same along the axes leaves a sum, what varies stays, and the value does not change") {
  const Symbol formula = sum_over_rows(a * row * row / (b * row)) + a;
  const Symbol split = out_of_sums(formula, values());
  CHECK(text(split) == "row² · sum{0, keep}(a / b) / row + a");
  CHECK(xt::allclose(evaluate(split, values()), evaluate(formula, values()), 1e-13, 1e-13));
  CHECK(text(out_of_sums(sum_over_rows(a + row), values())) == "sum{0, keep}(a + row)");
}

TEST_CASE("a sum stays as it is where what is left of it, or the sum itself, would have another shape") {
  const Symbol without_axis = Symbol::call("sum", {a * row}, {{"axes", Axes{0}}, {"keep_dims", false}});
  for (const Symbol& formula : {sum_over_rows(column * row), sum_over_rows(row), without_axis})
    CHECK(text(out_of_sums(formula, values())) == text(formula));
}

TEST_CASE("a product gets its name in every product that has all of its factors") {
  const Symbol p("p");
  CHECK(text(with_name(a * b * b + a, a * b, p)) == "b · p + a");
  CHECK(text(with_name(sum_over_rows(a * a * b * b), a * b, p)) == "sum{0, keep}(p²)");
  for (const Symbol& product : {2.0 * a, a / b, Symbol(1.0)})
    CHECK(contains(error_text([&] { with_name(a, product, p); }), "without numbers and divisors"));
}

TEST_CASE("a sum is a mean where its divisor is the size of the group, and common factors come out") {
  CHECK(text(with_means(sum_over_rows(a) / 4.0 + sum_over_rows(b) / 3.0, 4.0)) ==
        "mean{0, keep}(a) + sum{0, keep}(b) / 3");
  const Symbol square_of_sum = sum_over_rows(a) * sum_over_rows(a) / 4.0;
  CHECK(text(with_means(square_of_sum, 4.0)) == text(square_of_sum));
  CHECK(text(factored(a * a * b / 4.0 - a * row / 4.0)) == "a · (a · b - row) / 4");
  CHECK(text(factored(a + b)) == "a + b");
  CHECK(text(factored(Symbol(0.0))) == "0");
  CHECK(text(substituted(a * b + sum_over_rows(a), a, Symbol(0.0))) == "0");
}
