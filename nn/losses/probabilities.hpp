#pragma once

#include <autograd/numbers/functions.hpp>
#include <autograd/tape/var.hpp>

namespace wengert::nn {

/// A probability within [1e-7, 1 - 1e-7], as Keras clips it before it takes a logarithm; there is no gradient where it
/// clips.
inline constexpr double least_probability = 1e-7;
template <Number N>
auto clipped(const N& p) {
  return clip(p, least_probability, 1.0 - least_probability);
}

/// Throws an Error in the name of the loss if one of the probabilities (..., K) is negative or the sum of a row is
/// zero. A NaN passes on to the loss.
template <class T>
void check_rows_of_probabilities(std::string_view loss, const Var<T>& probabilities) {
  const std::size_t classes = probabilities.shape().back();
  const T* p = probabilities.value().data();
  for (std::size_t row = 0; row < probabilities.size() / classes; ++row, p += classes) {
    T sum = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      require(!(p[k] < T(0)), loss, "probability {} of row {} and class {} is negative; cross_entropy takes logits",
              p[k], row, k);
      sum += p[k];
    }
    require(sum != T(0), loss, "the probabilities of row {} are all zero; expected the output of a softmax", row);
  }
}

}  // namespace wengert::nn
