#pragma once

#include <autograd/tape/var.hpp>

namespace wengert::nn {

/// The cross-entropy of independent yes-or-no targets t in [0, 1] from logits z, averaged over all elements:
///   loss = mean(t · softplus(-z) + (1 - t) · softplus(z))
/// (PyTorch's BCEWithLogitsLoss). Logits and targets have one shape, whatever it is; the loss is a scalar. Neither
/// large logits nor small losses lose digits. Throws an Error if the shapes differ, there is no element, or a target is
/// outside [0, 1].
template <class T>
Var<T> binary_cross_entropy(const Var<T>& logits, const std::type_identity_t<Var<T>>& targets);

/// The same from probabilities, the outputs of a sigmoid, as Keras computes its `binary_crossentropy`:
///   p = clip(probabilities, 1e-7, 1 - 1e-7),  loss = -mean(t · log(p) + (1 - t) · log(1 - p))
/// Where it clips there is no gradient, so that a network that is sure of the wrong answer does not learn: prefer
/// `binary_cross_entropy`. Throws an Error also if a probability is outside [0, 1].
template <class T>
Var<T> binary_cross_entropy_from_probabilities(const Var<T>& probabilities,
                                               const std::type_identity_t<Var<T>>& targets);

}  // namespace wengert::nn
