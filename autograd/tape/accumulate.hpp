#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

// What a backward pass does to adjoints with operations on variables, so that it can be recorded. The one place where
// the tape calls what stands above it; the bodies are in operations/accumulate.cpp.

/// The sum of two contributions.
template <class T>
Var<T> accumulated(const Var<T>& adjoint, const Var<T>& contribution);

/// Undoes broadcasting: the contribution, summed over the axes along which what it belongs to was repeated.
template <class T>
Var<T> summed_to(const Var<T>& contribution, const Shape& shape);

/// An adjoint in the shape of what it belongs to: repeated along the axes where it has extent one. Never recorded.
template <class T>
Var<T> expanded(const Var<T>& adjoint, const Shape& shape);

}  // namespace wengert
