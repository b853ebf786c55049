#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "batch_norm/forms.hpp"
#include "table.hpp"

namespace wengert::operations {

Rows formula_rows() {
  const auto weighted_square = [](const auto& x, const auto& mu, const auto& w) { return w * square(x - mu); };
  const auto distance = [](const auto& x, const auto& mu) { return square(x - mu); };
  const std::vector<Input> three{{{2, 3, 4}}, {{3, 1}}, {{4}}};
  const std::vector<Input> two{{{2, 3, 4}}, {{1, 3, 1}}};
  const std::vector<Input> batch{{{8, 2}}, {{2}}, {{2}}};
  const std::vector<Input> images{{{3, 2, 2, 2}}, {{2}}, {{2}}};
  const std::vector<Input> kept{{{3, 2, 4}}, {{1, 2, 1}}, {{1, 2, 1}}};
  return {
      {"map", "three operands that broadcast", three,
       [=](const auto& v) { return map(weighted_square, v[0], v[1], v[2]); }},
      {"map",
       "a formula with branches",
       {{{2, 3}}, {{3}}},
       [](const auto& v) {
         return map([](const auto& x, const auto& a) { return where(x > a, x * a, exp(x)) * tanh(x); }, v[0], v[1]);
       }},
      {"map", "x twice", {{{2, 3}}}, [=](const auto& v) { return map(distance, v[0] * 2.0, v[0]); }},
      {"sum", "of a formula", two,
       [=](const auto& v) {
         return sum(Axes{0, -1}, distance, v[0], v[1]);
       }},
      {"sum", "of a formula, kept", two, [=](const auto& v) { return sum(Axes{1}, keep_dims, distance, v[0], v[1]); }},
      {"mean", "of a formula", two,
       [=](const auto& v) {
         return mean(Axes{0, 2}, distance, v[0], v[1]);
       }},
      {"mean", "of a formula, kept", two,
       [=](const auto& v) { return mean(Axes{-1}, keep_dims, distance, v[0], v[1]); }},
      {"batch_norm", "(N, C)", batch, [](const auto& v) { return batch_norm(v[0], v[1], v[2], {0}, 1e-3).y; }},
      {"batch_norm", "(N, C, H, W)", images,
       [](const auto& v) {
         return batch_norm(v[0], v[1], v[2], {0, 2, 3}, 1e-3).y;
       }},
      {"batch_norm", "(N, C, L), parameters with kept axes", kept,
       [](const auto& v) {
         return batch_norm(v[0], v[1], v[2], {0, -1}, 1e-3).y;
       }},
      {"batch_norm_by_operators", "(N, C)", batch,
       [](const auto& v) { return batch_norm_forms::batch_norm_by_operators(v[0], v[1], v[2], {0}, 1e-3).y; }},
      {"batch_norm_by_operators", "(N, C, H, W)", images,
       [](const auto& v) {
         return batch_norm_forms::batch_norm_by_operators(v[0], v[1], v[2], {0, 2, 3}, 1e-3).y;
       }},
      {"batch_norm_epsilon_outside", "(N, C)", batch,
       [](const auto& v) { return batch_norm_forms::batch_norm_epsilon_outside(v[0], v[1], v[2], {0}, 1e-3).y; }},
      {"normalise",
       "given statistics",
       {{{4, 3}}, {{3}}, {{3}, 0.5, 2.0}, {{3}}, {{3}}},
       [](const auto& v) { return normalise(v[0], v[1], v[2], v[3], v[4], 1e-3); }},
  };
}

TEST_CASE("formulas and batch normalisation have the right gradients") { check(formula_rows()); }

}  // namespace wengert::operations
