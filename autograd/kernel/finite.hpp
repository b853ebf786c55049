#pragma once

#include <autograd/arrays/array.hpp>

namespace wengert {

/// Whether no element is infinite or NaN.
template <class T>
bool all_finite(const Array<T>& array);

/// The place of the first element that is infinite or NaN in row-major order; the number of elements if there is none.
template <class T>
std::size_t first_not_finite(const Array<T>& array);

}  // namespace wengert
