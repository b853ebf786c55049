#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "../support/function_table.hpp"
#include "table.hpp"

namespace wengert::operations {

Rows function_rows() {
  const std::vector<Input> any{{{2, 3}, -2.5, 2.5}};
  const std::vector<Input> positive{{{2, 3}, 0.2, 3.0}};
  Rows rows{
      {"leaky_relu", "slope 0.2", any, [](const auto& v) { return leaky_relu(v[0], 0.2); }},
      {"elu", "alpha 0.5", any, [](const auto& v) { return elu(v[0], 0.5); }},
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
  function_table::for_each_function([&](const auto& f, const function_table::Row& row) {
    const std::vector<Input> inputs{{{2, 3}, row.domain.low, row.domain.high}};
    const Verdict verdict = row.name == "sign" ? Verdict::vacuous : Verdict::pass;
    rows.emplace_back(
        row.name, "", inputs, [f](const auto& v) { return apply(f, v[0]); }, verdict);
  });
  return rows;
}

TEST_CASE("every elementwise function has the right gradients") { check(function_rows()); }

}  // namespace wengert::operations
