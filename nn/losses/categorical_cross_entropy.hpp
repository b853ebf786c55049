#pragma once

#include <autograd/tape/var.hpp>

namespace wengert::nn {

/// The cross-entropy of classes that are given as distributions t, such as one-hot rows, averaged over the rows:
///   loss = -mean_n Σ_k t[n, k] · log_softmax(logits)[n, k]
/// (Keras's `categorical_crossentropy(from_logits=True)`). Logits and targets have one shape (..., K); the loss is a
/// scalar. Where a target is 0 the logit may be -inf. Throws an Error if the shapes differ, there is no element, or a
/// target is outside [0, 1].
template <class T>
Var<T> categorical_cross_entropy(const Var<T>& logits, const std::type_identity_t<Var<T>>& targets);

/// The same from probabilities, the outputs of a softmax, as Keras computes its `categorical_crossentropy`:
///   p = clip(probabilities / Σ_k probabilities, 1e-7, 1 - 1e-7),  loss = -mean_n Σ_k t[n, k] · log(p[n, k])
/// Where it clips there is no gradient: prefer `categorical_cross_entropy`. Throws an Error also if a probability is
/// negative or a row of them is zero.
template <class T>
Var<T> categorical_cross_entropy_from_probabilities(const Var<T>& probabilities,
                                                    const std::type_identity_t<Var<T>>& targets);

}  // namespace wengert::nn
