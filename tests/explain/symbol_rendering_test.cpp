#include <autograd/explain/notation/notation.hpp>
#include <autograd/numbers/functions.hpp>

#include <doctest/doctest.h>

#include <limits>

#include "../support/latex_grammar.hpp"

using namespace wengert;

namespace {

const Symbol x("x");
const Symbol y("y");

std::string inside_math(const Symbol& symbol) {
  const std::string text = mathml(symbol);
  const std::string open = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">";
  const std::string close = "</math>";
  REQUIRE(text.starts_with(open));
  REQUIRE(text.ends_with(close));
  return text.substr(open.size(), text.size() - open.size() - close.size());
}

/// Whether every element that is opened is closed in order, and every `&` starts an entity.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] == '>') return false;
    if (xml[i] == '&' && xml.compare(i, 4, "&lt;") != 0 && xml.compare(i, 4, "&gt;") != 0 &&
        xml.compare(i, 5, "&amp;") != 0) {
      return false;
    }
    if (xml[i] != '<') continue;
    const std::size_t end = xml.find('>', i);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(i + 1, end - i - 1);
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    }
    i = end;
  }
  return open.empty();
}

void check_renderers(const Symbol& symbol) {
  CAPTURE(text(symbol));
  CHECK(!text(symbol).empty());
  CHECK(latex_error(latex(symbol)) == "");
  CHECK(latex(symbol).find('_') != 0);
  CHECK(is_well_formed(mathml(symbol)));
}

template <class F>
void check_unary(const F& function) {
  check_renderers(Symbol::call(F::name, {x}));
  const Dual<Symbol> y_and_slope = apply(function, Dual<Symbol>(x, Symbol(1.0)));
  check_renderers(y_and_slope.value);
  check_renderers(y_and_slope.tangent);
}

template <class F>
void check_binary(const F& function) {
  check_renderers(apply(function, x, y));
  check_renderers(apply(function, Dual<Symbol>(x, Symbol(1.0)), y).tangent);
  check_renderers(apply(function, x, Dual<Symbol>(y, Symbol(1.0))).tangent);
}

struct Row {
  Symbol symbol;
  std::string latex;
};

}  // namespace

TEST_CASE("every function and its derivative is rendered as text, LaTeX and well-formed MathML") {
  std::apply([](const auto&... function) { (check_unary(function), ...); }, UnaryFunctions{});
  std::apply([](const auto&... function) { (check_binary(function), ...); }, BinaryFunctions{});
}

TEST_CASE("the check for well-formed MathML sees what is wrong") {
  CHECK(is_well_formed("<a><b>1 &lt; 2</b></a>"));
  CHECK_FALSE(is_well_formed("<a><b></a></b>"));
  CHECK_FALSE(is_well_formed("<a>1 < 2</a>"));
  CHECK_FALSE(is_well_formed("<a>&</a>"));
}

TEST_CASE("the grammar of LaTeX sees what is wrong") {
  for (const char* right : {"x", "\\frac{1}{x^2_1}", "\\left(a\\right)^{\\top}", "\\mathrm{a\\_b}_0",
                            "\\begin{cases} a & b \\\\ c & \\text{otherwise} \\end{cases}"})
    CHECK(latex_error(right) == "");
  for (const char* wrong : {"\\frac{1}{x",
                            "\\frac{1}",
                            "\\frc{1}{x}",
                            "W\u2080",
                            "a\\^b",
                            "x^2^2",
                            "x_1_2",
                            "x^",
                            "x}",
                            "_1",
                            "a_b_c",
                            "a & b",
                            "a \\\\ b",
                            "\\left(a",
                            "a\\right)",
                            "\\left(\\frac{a\\right)}{b}",
                            "\\mathrm{a_b}",
                            "50%",
                            "#1",
                            "x^\\frac{1}{2}",
                            "\\begin{cases} a \\end{aligned}",
                            "\\begin{aligned} a"})
    CHECK_MESSAGE(latex_error(wrong) != "", wrong);
}

TEST_CASE("names in LaTeX: Greek letters, superscripts, hats and subscripts") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"x", "x"},
      {"γ", "\\gamma"},
      {"σ²", "\\sigma^2"},
      {"x̂", "\\hat{x}"},
      {"h1", "h_1"},
      {"v12", "v_{12}"},
      {"loss", "\\mathrm{loss}"},
      {"x_centred", "x_{\\mathrm{centred}}"},
      {"γ_3", "\\gamma_3"},
      {"μ(h1)", "\\mu(h_1)"},
      {"σ²(h1)", "\\sigma^2(h_1)"},
      {"dγ", "d \\gamma"},
      {"constant(8, 3)", "\\mathrm{constant}(8, 3)"},
      {"∂ℓ/∂σ²", "\\frac{\\partial \\ell}{\\partial \\sigma^2}"},
      {"layer.weight#0", "\\mathrm{layer.weight\\#}_0"},
      {"W\u2080", "W_0"},
      {"b\u2081\u2082", "b_{12}"},
      {"a\\b", "\\mathrm{a\\backslash b}"},
      {"a^b", "\\mathrm{a\\hat{\\ }b}"},
      {"a~b", "\\mathrm{a\\sim b}"},
      {"stop(x)", "\\mathrm{stop}(x)"}};
  for (const auto& [name, expected] : rows) {
    CHECK(latex(Symbol(name)) == expected);
    CHECK(latex_error(expected) == "");
  }
}

TEST_CASE("a point between digits below belongs below") {
  CHECK(latex(Symbol("W₀.₁")) == "W_{0.1}");
  CHECK(latex(Symbol("γ₁.₂.₃")) == "\\gamma_{1.2.3}");
  CHECK(mathml(Symbol("W₀.₁")).find("0.1") != std::string::npos);
  CHECK(latex_error(latex(Symbol("x.y"))) == "");
}

TEST_CASE("formulas in LaTeX") {
  const Symbol variance("σ²");
  const Symbol epsilon("ε");
  const std::vector<Row> rows{
      {x / y, "\\frac{x}{y}"},
      {x * (x - y), "x \\cdot \\left(x - y\\right)"},
      {-0.5 * x, "-0.5 \\cdot x"},
      {Symbol(1e-5), "1 \\cdot 10^{-5}"},
      {Symbol(std::numeric_limits<double>::infinity()), "\\infty"},
      {square(variance), "\\left(\\sigma^2\\right)^2"},
      {pow(x, y), "\\operatorname{pow}\\left(x, y\\right)"},
      {pow(x, 10.0), "x^{10}"},
      {sqrt(variance + epsilon), "\\sqrt{\\sigma^2 + \\epsilon}"},
      {rsqrt(variance + epsilon), "\\frac{1}{\\sqrt{\\sigma^2 + \\epsilon}}"},
      {pow(rsqrt(variance + epsilon), 3.0), "\\left(\\sigma^2 + \\epsilon\\right)^{-3/2}"},
      {pow(rsqrt(x), 2.0), "x^{-1}"},
      {abs(x - y), "\\left|x - y\\right|"},
      {exp(-x), "\\exp\\left(-x\\right)"},
      {sigmoid(x), "\\operatorname{sigmoid}\\left(x\\right)"},
      {Symbol::call("log_softmax", {x}, {{"axes", Axes{-1}}}), "\\operatorname{log\\_softmax}_{-1}\\left(x\\right)"},
      {Symbol::call("sum", {x * y}, {{"axes", Axes{0, 2}}}), "\\sum_{0, 2} \\left(x \\cdot y\\right)"},
      {Symbol::call("mean", {x}, {{"axes", Axes{0}}}), "\\operatorname{mean}_{0}\\left(x\\right)"},
      {Symbol::call("transpose", {x}), "x^{\\top}"},
      {Symbol::call("transpose", {Symbol("∂ℓ/∂z")}), "\\left(\\frac{\\partial \\ell}{\\partial z}\\right)^{\\top}"},
      {Symbol::call("matmul", {x, Symbol::call("transpose", {Symbol("W")})}), "x \\, W^{\\top}"},
      {Symbol::call("matmul", {x + y, x}), "\\left(x + y\\right) \\, x"},
      {where(x <= 0.0, 0.0, x), "\\begin{cases} 0 & x \\le 0 \\\\ x & \\text{otherwise} \\end{cases}"}};
  for (const Row& row : rows) {
    CHECK(latex(row.symbol) == row.latex);
    CHECK(latex_error(row.latex) == "");
  }
}

TEST_CASE("formulas in MathML") {
  CHECK(inside_math(x / 2.0) == "<mfrac><mi>x</mi><mn>2</mn></mfrac>");
  CHECK(inside_math(x - y) == "<mrow><mi>x</mi><mo>-</mo><mi>y</mi></mrow>");
  CHECK(inside_math(square(x)) == "<msup><mi>x</mi><mn>2</mn></msup>");
  CHECK(inside_math(-x) == "<mrow><mo>-</mo><mi>x</mi></mrow>");
  CHECK(inside_math(Symbol("σ²")) == "<msup><mi>σ</mi><mn>2</mn></msup>");
  CHECK(inside_math(Symbol("x̂")) == "<mover accent=\"true\"><mi>x</mi><mo>^</mo></mover>");
  CHECK(inside_math(Symbol("h1")) == "<msub><mi>h</mi><mi>1</mi></msub>");
  CHECK(inside_math(Symbol("∂ℓ/∂x")) ==
        "<mfrac><mrow><mo>∂</mo><mi>ℓ</mi></mrow><mrow><mo>∂</mo><mi>x</mi></mrow></mfrac>");
  CHECK(inside_math(x < y) == "<mrow><mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow>");
  CHECK(inside_math(Symbol("a<b&c")) == "<mi>a&lt;b&amp;c</mi>");
  CHECK(inside_math(sqrt(x)) == "<msqrt><mi>x</mi></msqrt>");
  CHECK(inside_math(Symbol::call("sum", {x}, {{"axes", Axes{0}}})) ==
        "<mrow><msub><mo>∑</mo><mtext>0</mtext></msub><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow>");
  CHECK(inside_math(where(x > 0.0, x, 0.0)) ==
        "<mrow><mo>{</mo><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mrow><mi>x</mi><mo>&gt;</mo><mn>0</mn></mrow></mtd>"
        "</mtr><mtr><mtd><mn>0</mn></mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable></mrow>");
}

TEST_CASE("a name that reads as a formula is put in parentheses as that formula is") {
  const Symbol sum("a + b"), hyphened("layer-1"), product("a · b"), quotient("∂ℓ/∂x"), argument("μ(h-1)"), less("a<b");
  CHECK(text(sum * x) == "(a + b) · x");
  CHECK(text(x * sum) == "x · (a + b)");
  CHECK(text(x - sum) == "x - (a + b)");
  CHECK(text(-sum) == "-(a + b)");
  CHECK(text(square(sum)) == "(a + b)²");
  CHECK(text(x + sum) == "x + a + b");
  CHECK(text(exp(sum)) == "exp(a + b)");
  CHECK(text(x * hyphened) == "x · (layer-1)");
  CHECK(text(x / product) == "x / (a · b)");
  CHECK(text(x / quotient) == "x / (∂ℓ/∂x)");
  CHECK(text(x * argument) == "x · μ(h-1)");
  CHECK(text(x + less) == "x + (a<b)");
  CHECK(latex(x * sum) == "x \\cdot \\left(\\mathrm{a + b}\\right)");
  CHECK(latex_error(latex(x * sum)) == "");
  CHECK(inside_math(x * sum) == "<mrow><mi>x</mi><mo>·</mo><mrow><mo>(</mo><mi>a + b</mi><mo>)</mo></mrow></mrow>");
}
