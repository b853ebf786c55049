#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "table.hpp"

namespace wengert::operations {

Rows function_rows() {
  const std::vector<Input> any{{{2, 3}, -2.5, 2.5}};
  const std::vector<Input> positive{{{2, 3}, 0.2, 3.0}};
  const std::vector<Input> over_minus_one{{{2, 3}, -0.8, 3.0}};
  return {
      {"exp", "", any, [](const auto& v) { return exp(v[0]); }},
      {"log", "", positive, [](const auto& v) { return log(v[0]); }},
      {"log1p", "", over_minus_one, [](const auto& v) { return log1p(v[0]); }},
      {"expm1", "", any, [](const auto& v) { return expm1(v[0]); }},
      {"sqrt", "", positive, [](const auto& v) { return sqrt(v[0]); }},
      {"rsqrt", "", positive, [](const auto& v) { return rsqrt(v[0]); }},
      {"square", "", any, [](const auto& v) { return square(v[0]); }},
      {"abs", "", any, [](const auto& v) { return abs(v[0]); }},
      {"sign", "", any, [](const auto& v) { return sign(v[0]); }, Verdict::vacuous},
      {"tanh", "", any, [](const auto& v) { return tanh(v[0]); }},
      {"sigmoid", "", any, [](const auto& v) { return sigmoid(v[0]); }},
      {"softplus", "", any, [](const auto& v) { return softplus(v[0]); }},
      {"erf", "", any, [](const auto& v) { return erf(v[0]); }},
      {"sin", "", any, [](const auto& v) { return sin(v[0]); }},
      {"cos", "", any, [](const auto& v) { return cos(v[0]); }},
      {"relu", "", any, [](const auto& v) { return relu(v[0]); }},
      {"leaky_relu", "", any, [](const auto& v) { return leaky_relu(v[0]); }},
      {"leaky_relu", "slope 0.2", any, [](const auto& v) { return leaky_relu(v[0], 0.2); }},
      {"elu", "", any, [](const auto& v) { return elu(v[0]); }},
      {"elu", "alpha 0.5", any, [](const auto& v) { return elu(v[0], 0.5); }},
      {"silu", "", any, [](const auto& v) { return silu(v[0]); }},
      {"gelu", "", any, [](const auto& v) { return gelu(v[0]); }},
      {"clip", "some below, some above", any, [](const auto& v) { return clip(v[0], -1.0, 1.5); }},
      {"pow", "double exponent, negative base", any, [](const auto& v) { return pow(v[0], 3.0); }},
      {"pow", "double exponent that is no integer", positive, [](const auto& v) { return pow(v[0], -1.7); }},
      {"pow", "double base", any, [](const auto& v) { return pow(2.0, v[0]); }},
      {"maximum", "with a double", any, [](const auto& v) { return maximum(v[0], 0.3) * maximum(0.3, v[0]); }},
      {"minimum", "with a double", any, [](const auto& v) { return minimum(v[0], 0.3) * minimum(0.3, v[0]); }},
      {"maximum", "of x and x", any, [](const auto& v) { return maximum(v[0], v[0]); }},
      {"minimum", "of x and x", any, [](const auto& v) { return minimum(v[0], v[0]); }},
      {"tanh", "scalar", {{{}}}, [](const auto& v) { return tanh(v[0]); }},
      {"gelu",
       "three axes, more elements than a vector register",
       {{{3, 5, 2}, -2.5, 2.5}},
       [](const auto& v) { return gelu(v[0]); }},
  };
}

TEST_CASE("every elementwise function has the right gradients") { check(function_rows()); }

}  // namespace wengert::operations
