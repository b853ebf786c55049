#pragma once

#include <autograd/explain/precision/elementwise.hpp>

// Operations whose every result is a sum of products, added up one after the other in the given number.

namespace wengert::explain {

/// a (..., M, K) · b (..., K, N), or one matrix for all of the others.
template <class N>
Array<N> matrix_product(const Array<N>& a, const Array<N>& b);

/// conv2d, conv2d_input_gradient or conv2d_weight_gradient.
template <class N>
Array<N> convolved(const Symbol& call, const Operands<N>& x);

}  // namespace wengert::explain
