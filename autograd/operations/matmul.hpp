#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

/// Which operands of a matrix product are read transposed; nothing is copied.
struct MatmulOptions {
  bool transpose_a = false;
  bool transpose_b = false;
};

/// The matrix product over the last two axes: (..., M, K) x (..., K, N) -> (..., M, N), after transposing an operand
/// where the options say so. The leading axes are those of the operand that has them; two operands with leading axes
/// have the same ones. Large products use as many threads as `set_threads` says. Throws an Error that names both shapes
/// if they do not fit.
template <class T>
Var<T> matmul(const Var<T>& a, const Var<T>& b, MatmulOptions options = {});

}  // namespace wengert
