#pragma once

#include <autograd/arrays/array.hpp>
#include <autograd/base/error.hpp>
#include <autograd/base/text_formatter.hpp>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace wengert {

/// Axes of an array; negative ones count from the last (-1). A list of axes never repeats one.
using Axes = std::vector<std::ptrdiff_t>;

/// Stands for every axis, however many there are.
inline const Axes every_axis{std::numeric_limits<std::ptrdiff_t>::min()};

/// Whether a reduction drops the axes it reduces or keeps them with extent one.
enum class Dims { drop, keep };
inline constexpr Dims keep_dims = Dims::keep;

/// More elements no array can have: 2^63 bytes, as a distance within an array is signed.
inline constexpr std::size_t most_elements = std::size_t{1} << 60U;

/// The number of elements of an array of this shape; one for a scalar.
std::size_t element_count(const Shape& shape);

/// The shape as a tuple: `(32, 10)`, `(5,)`, `()`.
std::string to_string(const Shape& shape);

/// The axes as a set: `{0, 2}`.
std::string to_string(const Axes& axes);

/// The axes as sorted non-negative numbers below `rank`. Throws an Error in the name of `operation` if an axis is
/// out of range or repeated.
std::vector<std::size_t> normalise_axes(std::string_view operation, const Axes& axes, std::size_t rank);

/// Every axis of an array of this rank: `{0, 1, ..., rank - 1}`.
Axes all_axes(std::size_t rank);

/// The axes as they are, but for `every_axis` all axes of an array of this rank.
Axes resolved(const Axes& axes, std::size_t rank);

/// The shape after the (normalised) axes have been reduced.
Shape reduced_shape(const Shape& shape, const std::vector<std::size_t>& axes, Dims dims);

/// An operand as error messages show it: `'x' (8, 3)`, or `the variable (8, 3)` if it has no name. Made into text only
/// when it is printed, because every operation mentions its operands in a check.
struct NamedShape {
  std::string_view name;
  const Shape* shape;
};
std::string to_string(const NamedShape& operand);

/// The common shape of operands that broadcast as in NumPy: aligned at the last axis, extents equal or one.
/// Throws an Error that names every operand with its shape.
Shape broadcast_shapes(std::string_view operation, std::span<const NamedShape> operands);

/// The axes of `to` along which an array of shape `from` is repeated when it broadcasts there.
Axes repeated_axes(const Shape& from, const Shape& to);

/// Whether an array of shape `from` broadcasts to shape `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

}  // namespace wengert

template <>
struct fmt::formatter<wengert::Shape> : wengert::TextFormatter {
  auto format(const wengert::Shape& shape,
              auto& context) const {  // a type of xtensor's, whose text is not found by itself
    const std::string text = wengert::to_string(shape);
    return std::copy(text.begin(), text.end(), context.out());
  }
};
template <>
struct fmt::formatter<wengert::NamedShape> : wengert::TextFormatter {};
