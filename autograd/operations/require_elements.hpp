#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

/// Throws an Error in the name of the operation if what it reduces over the axes to one number has no elements.
template <class T>
void require_elements(std::string_view operation, const Var<T>& x, const Axes& axes) {
  const std::vector<std::size_t> reduced = normalise_axes(operation, axes, x.rank());
  if (x.size() > 0 || element_count(reduced_shape(x.shape(), reduced, Dims::keep)) == 0) return;
  fail(operation, fmt::format("{} has no elements along the axes {}; expected at least one for each result",
                              described(x), to_string(resolved(axes, x.rank()))));
}

}  // namespace wengert
