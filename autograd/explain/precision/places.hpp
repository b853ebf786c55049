#pragma once

#include <autograd/explain/precision/elementwise.hpp>

#include <limits>

// Operations that move elements, or add them up, do so whatever the elements are. So they are run on the numbers of the
// elements, from 1 on, in double, and say where those of any other number go; 0 is where nothing comes from.

namespace wengert::explain {

/// Whether a call moves elements of its operands, and does nothing else.
bool is_movement(const std::string& name);

/// What a movement makes of its operands.
template <class N>
Array<N> moved(const Symbol& call, const Operands<N>& x);

/// For every element of an operand, which element of the result it goes into.
struct Destinations {
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  Shape shape;  ///< of the result
  std::vector<std::size_t> of;
};

/// Of a call with axes: the group that every element belongs to.
Destinations groups_of(const Symbol& call, const Shape& x, Dims dims);
/// Of scatter_add, put or fold.
Destinations targets_of(const Symbol& call, const Shape& x);

/// y = f(y, element) for every element that goes into y, in the order of memory, from `start` on.
template <class N, class F>
Array<N> folded(const Destinations& places, const Array<N>& x, N start, const F& f) {
  Array<N> y = full<N>(places.shape, start);
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (places.of[k] == Destinations::none) continue;
    N& result = y.data()[places.of[k]];
    result = f(result, x.data()[k]);
  }
  return y;
}

}  // namespace wengert::explain
