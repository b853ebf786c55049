#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

// What the operators of Var call: eager, one operation and one entry on the tape each; shapes broadcast as in NumPy.
// Comparisons give 1 where they hold and 0 elsewhere, and have no gradient. Each throws an Error that names both
// operands if their shapes do not broadcast.

template <class T>
Var<T> negate(const Var<T>& a);
template <class T>
Var<T> add(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> subtract(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> multiply(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> divide(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> less(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> less_equal(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> greater(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> greater_equal(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> equal_to(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> select(const Var<T>& mask, const Var<T>& a, const Var<T>& b);

}  // namespace wengert
