#pragma once

#include <autograd/numbers/functions.hpp>

namespace wengert::nn {

/// A probability within [1e-7, 1 - 1e-7], as Keras clips it before it takes a logarithm; there is no gradient where it
/// clips.
inline constexpr double least_probability = 1e-7;
template <Number N>
auto clipped(const N& p) {
  return clip(p, least_probability, 1.0 - least_probability);
}

}  // namespace wengert::nn
