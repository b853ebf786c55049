#pragma once

#include <autograd/explain/evaluate.hpp>

namespace wengert::explain {

/// The largest element that the formula would have if no term of its sums had another sign: how large the terms are
/// that cancel in it.
double size_of_terms(const Symbol& formula, const Values& values);

}  // namespace wengert::explain
