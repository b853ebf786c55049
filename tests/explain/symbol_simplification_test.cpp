#include <autograd/explain/notation/notation.hpp>
#include <autograd/numbers/functions.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace wengert;

namespace {

const Symbol a("a");
const Symbol b("b");
const Symbol c("c");
const Symbol gamma_name("γ");
const Symbol variance_name("σ²");
const Symbol epsilon(Constant{"ε", 1e-5});

struct Law {
  Symbol symbol;
  std::string text;
};

void check(const std::vector<Law>& rows) {
  for (const Law& row : rows) {
    CAPTURE(row.text);
    CHECK(text(row.symbol) == row.text);
  }
}

}  // namespace

TEST_CASE("a symbol: 0 and 1 vanish") {
  check({{a + 0.0, "a"},
         {Symbol(0.0) + a, "a"},
         {a - 0.0, "a"},
         {Symbol(0.0) - a, "-a"},
         {a * 1.0, "a"},
         {Symbol(1.0) * a, "a"},
         {a * 0.0, "0"},
         {a / 1.0, "a"},
         {Symbol(0.0) / a, "0"},
         {a - a, "0"},
         {a * b - b * a, "0"},
         {where(a > b, c, c), "c"}});
}

TEST_CASE("a symbol: what holds of two numbers is 1 or 0") {
  const Symbol one(1.0), two(2.0), zero(0.0);
  check({{one && two, "1"},
         {two && zero, "0"},
         {zero && zero, "0"},
         {one || zero, "1"},
         {one || two, "1"},
         {zero || zero, "0"},
         {equal(one, two), "0"},
         {equal(two, two), "1"},
         {one < two, "1"},
         {two <= one, "0"},
         {one > two, "0"},
         {two >= two, "1"}});
}

TEST_CASE("a symbol: numbers gather at the front of a product") {
  check({{gamma_name * Symbol(-0.5) * a, "-0.5 · γ · a"},
         {a * 2.0 * b * 3.0, "6 · a · b"},
         {a * (2.0 * b), "2 · a · b"},
         {2.0 * a / 8.0, "2 · a / 8"},
         {6.0 * a / 3.0, "2 · a"},
         {a * (1.0 / b), "a / b"},
         {a / 2.0 / 4.0, "a / 8"},
         {a / (b / c), "a · c / b"},
         {a * (b / c) * c, "a · b · c / c"},
         {Symbol(1.0) / Symbol(8.0), "1 / 8"}});
}

TEST_CASE("a symbol: signs come out front") {
  check({{a * -b, "-a · b"},
         {-a * -b, "a · b"},
         {-(-a), "a"},
         {a + -b, "a - b"},
         {a - -b, "a + b"},
         {a / -b, "-a / b"},
         {-(2.0 * a), "-2 · a"},
         {a + -2.0 * b, "a - 2 · b"},
         {a - (b + c), "a - (b + c)"},
         {-(a + b), "-(a + b)"},
         {a * -1.0, "-a"}});
  CHECK((a * -b).kind() == Symbol::Kind::negate);
}

TEST_CASE("a symbol: equal factors become powers") {
  const Symbol r = rsqrt(variance_name + epsilon);
  check({{a * a, "a²"},
         {a * b * a, "a² · b"},
         {r * r * r, "rsqrt(σ² + ε)³"},
         {a / (b * b), "a / b²"},
         {a / b / b, "a / b²"},
         {(a * b) * (a * b), "a² · b²"},
         {square(a - b) * (a - b), "(a - b)³"},
         {variance_name * variance_name, "(σ²)²"},
         {square(square(a)), "a⁴"},
         {square(a), "a²"},
         {pow(a, 2.0), "a²"},
         {pow(a, 12.0), "a¹²"},
         {pow(a, -1.0), "a⁻¹"},
         {pow(a, 1.0), "a"},
         {pow(a, 0.0), "1"},
         {pow(a, 0.5), "pow(a, 0.5)"},
         {pow(a, b), "pow(a, b)"},
         {square(Symbol(-2.0)), "4"},
         {square(-a), "a²"},
         {pow(-a, 2.0), "(-a)²"},
         {pow(Symbol(-2.0), 2.0), "(-2)²"},
         {-square(a), "-a²"}});
}

TEST_CASE("a symbol: equal terms are added up, in whatever order their factors stand") {
  check({{a + a, "2 · a"},
         {a + b + a, "2 · a + b"},
         {c * a + a * c, "2 · a · c"},
         {3.0 * a - a, "2 · a"},
         {a + 1.0 + 2.0, "a + 3"},
         {a / 8.0 + a / 8.0, "2 · a / 8"},
         {a / 2.0 + a / 8.0, "a / 2 + a / 8"},
         {(a + b) - a, "b"}});
}

TEST_CASE("a symbol: nothing that may be zero is cancelled and nothing is multiplied out") {
  check({{a / a, "a / a"}, {a * (b + c), "a · (b + c)"}, {a * (b + c) - a * b, "a · (b + c) - a · b"}});
}

TEST_CASE("a symbol: a reduction lets numbers and signs out, and one over no axes is its operand") {
  check({{Symbol::call("sum", {-a / 8.0}, {{"axes", Axes{0}}}), "-sum{0}(a) / 8"},
         {Symbol::call("mean", {2.0 * square(a)}, {{"axes", Axes{0, 1}}}), "2 · mean{0, 1}(a²)"},
         {Symbol::call("sum", {Symbol(2.0)}, {{"axes", Axes{0}}}), "sum{0}(2)"},
         {Symbol::call("sum", {a}, {{"axes", Axes{}}}), "a"},
         {Symbol::call("sum", {Symbol(0.0)}, {{"axes", Axes{0}}}), "0"},
         {Symbol::call("max", {-a}, {{"axes", Axes{0}}}), "max{0}(-a)"}});
}

TEST_CASE("a symbol: calls print as mathematics writes them") {
  const Symbol transposed = Symbol::call("transpose", {a});
  check({{transposed, "aᵀ"},
         {Symbol::call("transpose", {transposed}), "a"},
         {Symbol::call("transpose", {a + b}), "(a + b)ᵀ"},
         {square(transposed), "(aᵀ)²"},
         {Symbol::call("matmul", {a, transposed}), "matmul(a, aᵀ)"},
         {Symbol::call("reshape", {a}, {{"shape", Shape{1, 3}}}), "reshape(a, (1, 3))"},
         {where(a <= b, 0.0, c), "where(a ≤ b, 0, c)"}});
}

TEST_CASE("a symbol: numbers print in their shortest form") {
  check({{Symbol(0.5), "0.5"},
         {Symbol(1e-5), "1e-05"},
         {Symbol(2.0), "2"},
         {Symbol(0.1 + 0.2), "0.30000000000000004"},
         {Symbol(-std::numeric_limits<double>::infinity()), "-∞"},
         {epsilon, "ε"}});
}

TEST_CASE("a symbol contains its operands, as they are written") {
  const Symbol sum = exp(a * b) + c;
  CHECK(contains(sum, a * b));
  CHECK(contains(sum, sum));
  CHECK_FALSE(contains(sum, b * a));
  CHECK_FALSE(contains(sum, gamma_name));
}

TEST_CASE("a symbol with other names is otherwise the same") {
  const auto to_z = [](const std::string& name) { return name == "a" ? std::string("z") : name; };
  CHECK(text((square(a) * b - exp(a)).renamed(to_z)) == "z² · b - exp(z)");
}

TEST_CASE("a symbol: the formula of batch norm and its derivative read as in the textbook") {
  const auto formula = [](const auto& in, const auto& mu, const auto& var) { return (in - mu) * rsqrt(var + epsilon); };
  const Symbol input("x");
  const Symbol mu("μ");
  CHECK(text(formula(input, mu, variance_name)) == "(x - μ) · rsqrt(σ² + ε)");
  const Dual<Symbol> by_variance = formula(input, mu, Dual<Symbol>(variance_name, Symbol(1.0)));
  CHECK(text(by_variance.tangent) == "-0.5 · (x - μ) · rsqrt(σ² + ε)³");
}
