#pragma once

#include <autograd/operations/selection.hpp>

#include <optional>

namespace wengert::nn {

struct CrossEntropyOptions {
  double label_smoothing = 0.0;               ///< the share of the target that is spread evenly over the K classes
  std::optional<std::size_t> ignore_index{};  ///< the label of rows that do not count; PyTorch's is -100 by default
};

/// The cross-entropy of class labels, averaged over the batch:
///   loss = -mean_n log_softmax(logits)[n, labels[n]]
/// logits (N, K), the outputs of the last layer without a softmax; labels N numbers below K; the loss is a scalar. Of
/// sequences the logits are (B, L, K) and the labels B · L.
/// Large logits do not overflow. With label smoothing s (Szegedy et al. 2016, section 7) the target is 1 - s + s / K
/// for the label and s / K elsewhere:
///   loss = -(1 - s) mean_n log_softmax(logits)[n, labels[n]] - s mean_{n,k} log_softmax(logits)[n, k]
/// Rows that are ignored have no gradient, and the means are over the others.
/// Throws an Error if the shapes do not fit, no row counts, a label is neither below K nor ignored, or the smoothing is
/// not between 0 and 1.
template <class T>
Var<T> cross_entropy(const Var<T>& logits, const Indices& labels, const CrossEntropyOptions& options = {});

/// The cross-entropy of class labels from the probabilities of a network that ends in a softmax, as Keras computes its
/// `sparse_categorical_crossentropy` unless it is told `from_logits`:
///   p = probabilities / sum_k probabilities,  loss = -mean_n log(clip(p[n, labels[n]], 1e-7, 1 - 1e-7))
/// probabilities (N, K); labels N numbers below K. Where it clips there is no gradient, so that a network that is sure
/// of the wrong class does not learn: prefer `cross_entropy`. Throws an Error if the shapes do not fit, the batch is
/// empty, a label is not below K, a probability is negative or a row of them is zero.
template <class T>
Var<T> cross_entropy_from_probabilities(const Var<T>& probabilities, const Indices& labels);

/// The share of rows whose largest logit is that of the label; of equal ones the first counts, and a NaN is wrong.
/// Throws an Error as `cross_entropy` does.
template <class T>
double accuracy(const Var<T>& logits, const Indices& labels);

}  // namespace wengert::nn
