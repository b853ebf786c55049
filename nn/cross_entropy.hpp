#pragma once

#include <autograd/operations/selection.hpp>

namespace wengert::nn {

/// The cross-entropy of class labels, averaged over the batch:
///   loss = -mean_n log_softmax(logits)[n, labels[n]]
/// logits (N, K), the outputs of the last layer without a softmax; labels N numbers below K; the loss is a scalar.
/// Large logits do not overflow. Throws an Error if the shapes do not fit, the batch is empty or a label is not below
/// K.
template <class T>
Var<T> cross_entropy(const Var<T>& logits, const Indices& labels);

/// The share of rows whose largest logit is that of the label; of equal ones the first counts, and a NaN is wrong.
/// Throws an Error as `cross_entropy` does.
template <class T>
double accuracy(const Var<T>& logits, const Indices& labels);

}  // namespace wengert::nn
