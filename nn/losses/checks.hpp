#pragma once

#include <autograd/base/not_finite.hpp>
#include <autograd/tape/var.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace wengert::nn {

/// Throws an Error in the name of the loss unless an output and its targets have one shape, with an element in it. They
/// do not broadcast, because (N, 1) and (N) would make N · N differences.
template <class T>
void require_same_shape(std::string_view loss, const Var<T>& output, const Var<T>& targets) {
  require(output.shape() == targets.shape(), loss,
          "got outputs of shape {} and targets of shape {}; expected one target for each output; reshape one of them",
          output.shape(), targets.shape());
  require(output.size() > 0, loss, "got outputs of shape {}; expected at least one element", output.shape());
}

/// Throws a NotFinite in the name of the loss if a finite logit that counts is so far below the largest one of its row
/// that their distance overflows, although its share of the loss may not.
template <class T, class Counts>
void check_distances(std::string_view loss, const Var<T>& logits, const Counts& counts) {
  const T* z = logits.value().data();
  bool is_far = false;
  for (std::size_t i = 0; i < logits.size(); ++i) is_far |= std::abs(z[i]) > std::numeric_limits<T>::max() / T(2);
  if (!is_far) return;
  const std::size_t classes = logits.shape().back();
  for (std::size_t first = 0; first < logits.size(); first += classes) {
    const T most = *std::max_element(z + first, z + first + classes);
    for (std::size_t i = first; i < first + classes; ++i) {
      if (!std::isfinite(most) || !std::isfinite(z[i]) || std::isfinite(most - z[i]) || !counts(i)) continue;
      throw NotFinite(
          fmt::format("[{}] the logits {} and {} in row {} of {} are too far from each other: their "
                      "distance overflows; scale them down",
                      loss, most, z[i], first / classes, described(logits)));
    }
  }
}

}  // namespace wengert::nn
