#pragma once

#include <autograd/arrays/shape.hpp>

namespace wengert::kernel {

/// How far an array advances along each axis; zero where it is repeated.
using Strides = xt::svector<std::ptrdiff_t, 8>;

/// The strides of a row-major array.
Strides row_major_strides(const Shape& shape);

/// Copies, for every index of `extents`, one element from where `from` advances by its strides to where `to` does. No
/// two indices may lead to one place of `to`.
template <class T>
void copy(const Shape& extents, const T* from, const Strides& from_strides, T* to, const Strides& to_strides);

}  // namespace wengert::kernel
