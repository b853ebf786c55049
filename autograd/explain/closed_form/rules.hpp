#pragma once

#include <autograd/explain/evaluate.hpp>

// What a derived gradient is brought into its closed form with: rules that rewrite a formula as a whole. Each of them
// gives an equal formula if what it is told is true, which `evaluate` shows.

namespace wengert::explain {

/// `part` replaced by `by`, wherever it occurs outside of comparisons.
Symbol substituted(const Symbol& formula, const Symbol& part, const Symbol& by);

/// sum(a · b) as a · sum(b) where a is the same along the axes of the sum, which its shape among the values tells, and
/// the axes of the sum stay.
Symbol out_of_sums(const Symbol& formula, const Values& values);

/// a · b · c as name · c for a product a · b, in every product of the formula. Throws an Error if a number or a divisor
/// is part of what gets the name.
Symbol with_name(const Symbol& formula, const Symbol& product, const Symbol& name);

/// sum(a) / n as mean(a).
Symbol with_means(const Symbol& formula, double n);

/// a · b + a · c as a · (b + c), for what all terms of the formula have in common.
Symbol factored(const Symbol& formula);

}  // namespace wengert::explain
