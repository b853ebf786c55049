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

// A mask holds where it is not 0.
template <class T>
Var<T> logical_and(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> logical_or(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> logical_not(const Var<T>& a);

/// g · x and g / x, and 0 where g is 0, whatever x is: what the chain rule multiplies with.
template <class T>
Var<T> gate(const Var<T>& g, const Var<T>& x);
template <class T>
Var<T> gated_quotient(const Var<T>& g, const Var<T>& x);
/// a · b, and 0 where one of them is 0.
template <class T>
Var<T> gate_both(const Var<T>& a, const Var<T>& b);

template <class T>
Var<T> select(const Var<T>& mask, const Var<T>& a, const Var<T>& b);

}  // namespace wengert
