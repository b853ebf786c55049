#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "table.hpp"

namespace wengert::operations {
namespace {

template <class F>
void add_broadcasting(Rows& rows, const char* operation, double low, double high, F f,
                      Verdict expected = Verdict::pass) {
  for (const auto& [a, b] : broadcasting_pairs()) {
    rows.emplace_back(operation, to_string(a) + " with " + to_string(b),
                      std::vector<Input>{{a, low, high}, {b, low, high}}, f, expected);
  }
}

}  // namespace

Rows arithmetic_rows() {
  constexpr Verdict flat = Verdict::vacuous;
  const std::vector<Input> x{{{2, 3}}};
  const std::vector<Input> away_from_zero{{{2, 3}, 0.5, 2.0}};
  Rows rows{
      {"negate", "", x, [](const auto& v) { return -v[0]; }},
      {"add", "double on the right", x, [](const auto& v) { return v[0] + 2.5; }},
      {"add", "double on the left", x, [](const auto& v) { return 2.5 + v[0]; }},
      {"subtract", "double on the right", x, [](const auto& v) { return v[0] - 2.5; }},
      {"subtract", "double on the left", x, [](const auto& v) { return 2.5 - v[0]; }},
      {"multiply", "double on the right", x, [](const auto& v) { return v[0] * 2.5; }},
      {"multiply", "double on the left", x, [](const auto& v) { return 2.5 * v[0]; }},
      {"divide", "double on the right", x, [](const auto& v) { return v[0] / 2.5; }},
      {"divide", "double on the left", away_from_zero, [](const auto& v) { return 2.5 / v[0]; }},
      {"add", "constant with a name", x,
       [](const auto& v) {
         return Constant{"c", 2.5} + v[0] + Constant{"c", 1};
       }},
      {"subtract", "constant with a name", x,
       [](const auto& v) {
         return Constant{"c", 2.5} - (v[0] - Constant{"c", 1});
       }},
      {"multiply", "constant with a name", x,
       [](const auto& v) {
         return Constant{"c", 2.5} * v[0] * Constant{"c", 3};
       }},
      {"divide", "constant with a name", away_from_zero,
       [](const auto& v) {
         return Constant{"c", 2.5} / (v[0] / Constant{"c", 3});
       }},
      {"multiply", "x * x", x, [](const auto& v) { return v[0] * v[0]; }},
      {"add", "x + x", x, [](const auto& v) { return v[0] + v[0]; }},
      {"divide", "x / (x * x)", away_from_zero, [](const auto& v) { return v[0] / (v[0] * v[0]); }},
      {"less", "double on either side", x, [](const auto& v) { return (v[0] < 0.1) + (0.1 < v[0]); }, flat},
      {"less_equal", "double on either side", x, [](const auto& v) { return (v[0] <= 0.1) + (0.1 <= v[0]); }, flat},
      {"greater", "double on either side", x, [](const auto& v) { return (v[0] > 0.1) + (0.1 > v[0]); }, flat},
      {"greater_equal", "double on either side", x, [](const auto& v) { return (v[0] >= 0.1) + (0.1 >= v[0]); }, flat},
      {"equal_to", "double on the right", x, [](const auto& v) { return equal(v[0], 0.1); }, flat},
      {"select", "doubles in the branches", x,
       [](const auto& v) { return where(v[0] > 0.1, v[0] * v[0], -1.0) + where(v[0] > 0.1, 2.0, exp(v[0])); }},
      {"select",
       "broadcast branches and mask",
       {{{2, 3}}, {{3}}, {{2, 1}}},
       [](const auto& v) { return where(v[0] > v[1], v[1] * v[0], v[2]); }},
  };
  add_broadcasting(rows, "add", -1.5, 1.5, [](const auto& v) { return v[0] + v[1]; });
  add_broadcasting(rows, "subtract", -1.5, 1.5, [](const auto& v) { return v[0] - v[1]; });
  add_broadcasting(rows, "multiply", -1.5, 1.5, [](const auto& v) { return v[0] * v[1]; });
  add_broadcasting(rows, "divide", 0.5, 2.0, [](const auto& v) { return v[0] / v[1]; });
  add_broadcasting(rows, "pow", 0.5, 2.0, [](const auto& v) { return pow(v[0], v[1]); });
  add_broadcasting(rows, "maximum", -1.5, 1.5, [](const auto& v) { return maximum(v[0], v[1]) * (v[0] + v[1]); });
  add_broadcasting(rows, "minimum", -1.5, 1.5, [](const auto& v) { return minimum(v[0], v[1]) * (v[0] + v[1]); });
  add_broadcasting(
      rows, "less", -1.5, 1.5, [](const auto& v) { return v[0] < v[1]; }, flat);
  add_broadcasting(
      rows, "less_equal", -1.5, 1.5, [](const auto& v) { return v[0] <= v[1]; }, flat);
  add_broadcasting(
      rows, "greater", -1.5, 1.5, [](const auto& v) { return v[0] > v[1]; }, flat);
  add_broadcasting(
      rows, "greater_equal", -1.5, 1.5, [](const auto& v) { return v[0] >= v[1]; }, flat);
  add_broadcasting(
      rows, "equal_to", -1.5, 1.5, [](const auto& v) { return equal(v[0], v[1]); }, flat);
  add_broadcasting(
      rows, "logical_and", -1.5, 1.5, [](const auto& v) { return v[0] > 0.1 && v[1] < 0.2; }, flat);
  add_broadcasting(
      rows, "logical_or", -1.5, 1.5, [](const auto& v) { return v[0] > 0.1 || v[1] < 0.2; }, flat);
  add_broadcasting(
      rows, "logical_not", -1.5, 1.5, [](const auto& v) { return !(v[0] > v[1]); }, flat);
  add_broadcasting(rows, "gate", -1.5, 1.5, [](const auto& v) { return gate(v[0], v[1]); });
  add_broadcasting(rows, "gate_both", -1.5, 1.5, [](const auto& v) { return gate_both(v[0], v[1]); });
  add_broadcasting(rows, "gated_quotient", 0.5, 2.0, [](const auto& v) { return gated_quotient(v[0], v[1]); });
  return rows;
}

TEST_CASE("arithmetic has the right gradients for every pair of shapes that broadcast") { check(arithmetic_rows()); }

}  // namespace wengert::operations
