#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

namespace wengert {

/// Calls `visit(index)` for every index of an array of these extents in row-major order: the odometer of the project.
template <class Extents, class Visit>
void for_each_index(const Extents& extents, const Visit& visit) {
  if (std::find(extents.begin(), extents.end(), 0) != extents.end()) return;
  Extents index = extents;
  std::fill(index.begin(), index.end(), 0);
  while (true) {
    visit(std::as_const(index));
    std::size_t axis = extents.size();
    while (axis > 0 && ++index[axis - 1] == extents[axis - 1]) index[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace wengert
