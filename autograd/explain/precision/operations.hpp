#pragma once

#include <autograd/explain/precision/elementwise.hpp>

namespace wengert::explain {

/// What a call of an operation that is no elementwise function comes to: sums add up element by element in the order of
/// memory, in the given number, and every other operation does what its definition says. Throws an Error for a name
/// that is none of the library's.
template <class N>
Array<N> value_of_operation(const Symbol& call, const Operands<N>& x);

}  // namespace wengert::explain
