#pragma once

// The only header of the project that includes xtensor. It copes with the two layouts of xtensor's headers and names
// the traps that every user of xtensor meets; `docs/reference/xtensor_traps.md` shows each one with its remedy:
//   * `auto` of an xtensor expression holds references to its operands: name the container type instead;
//   * a lazy reducer with keep_dims inside a larger expression gives wrong numbers: store every reduction first;
//   * `Array<T>({2, 3})` is the two VALUES 2 and 3; an array of that shape is `empty<T>({2, 3})`;
//   * `a += b` may change the shape of `a`; float reductions of xtensor accumulate in float.

#include <autograd/base/requirements.hpp>

#if defined(XTENSOR_VERSION_MAJOR)
#error \
    "Include wengert's headers before those of xtensor: in C++20 its older versions corrupt memory without what wengert repairs."
#endif

#ifndef XTENSOR_FORCE_TEMPORARY_MEMORY_IN_ASSIGNMENTS
#define XTENSOR_FORCE_TEMPORARY_MEMORY_IN_ASSIGNMENTS  // from 0.26 on `a = f(a)` is unsafe without it
#endif

#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xeval.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/generators/xbuilder.hpp>
#elif __has_include(<xtensor/xarray.hpp>)
#include <xtensor/xexpression_traits.hpp>
#if defined(__cpp_template_template_args) && __cplusplus > 201703L
// xtensor up to 0.25 restores this specialisation for C++17 exactly; without it every temporary of dynamic rank
// becomes an xtensor<T, 4> in C++20, which corrupts memory.
namespace xt::detail {
template <template <class, std::size_t, class, bool> class S, class X, std::size_t N, class A, bool Init>
struct xtype_for_shape<S<X, N, A, Init>> {
  template <class T, layout_type L>
  using type = xarray<T, L>;
};
}  // namespace xt::detail
#endif
#include <xtensor/xarray.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xeval.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>
#else
#error "xtensor was not found: on Debian and Ubuntu run `apt-get install libxtensor-dev libxtensor-blas-dev`"
#endif

#include <autograd/arrays/allocator.hpp>

namespace wengert {

/// The container of every value: row-major, of dynamic rank, in recycled 64-byte aligned memory. T is float or double.
template <class T>
using Array = xt::xarray<T, xt::layout_type::row_major, RecyclingAllocator<T>>;

/// The extents of an array, outermost axis first; `{}` is the shape of a scalar.
using Shape = typename Array<float>::shape_type;

/// The shape itself. Throws an Error if its extents multiply to more elements than a memory has.
const Shape& checked(const Shape& shape);

/// An array of the given shape whose elements are not initialised. Throws an Error if the shape is too large.
template <class T>
Array<T> empty(const Shape& shape) {
  return Array<T>(checked(shape));
}

/// An array of the given shape with every element equal to `value`.
template <class T>
Array<T> full(const Shape& shape, T value) {
  return Array<T>(checked(shape), value);
}

/// An array of the given shape filled with zeros.
template <class T>
Array<T> zeros(const Shape& shape) {
  return full<T>(shape, T(0));
}

/// An array of the given shape filled with ones.
template <class T>
Array<T> ones(const Shape& shape) {
  return full<T>(shape, T(1));
}

/// A scalar, that is an array of shape `{}`.
template <class T>
Array<T> scalar(T value) {
  return full<T>(Shape{}, value);
}

/// The same elements in row-major order under another element type.
template <class To, class From>
Array<To> cast(const Array<From>& array) {
  Array<To> result = empty<To>(array.shape());
  std::transform(array.data(), array.data() + array.size(), result.data(), [](From x) { return static_cast<To>(x); });
  return result;
}

}  // namespace wengert
