#pragma once

#include <nn/losses/cross_entropy.hpp>

#include <functional>

namespace wengert::nn {

/// What a training minimises: a scalar, the mean over a batch, from the network's outputs (N, K) and N labels.
template <class T>
using Loss = std::function<Var<T>(const Var<T>& outputs, const Indices& labels)>;

/// The cross-entropy of logits, which is what training and evaluation use if nothing else is said.
template <class T>
Var<T> default_loss(const Var<T>& logits, const Indices& labels) {
  return cross_entropy(logits, labels);
}

}  // namespace wengert::nn
