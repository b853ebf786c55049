#pragma once

// Cross-entropy of class labels from logits, averaged over the batch:
//   [1] p[n][k]        = exp(z[n][k] - max_j z[n][j]) / sum_j exp(z[n][j] - max_j z[n][j])
//   [2] loss           = 1/N sum_n (log sum_j exp z[n][j] - z[n][label_n])
//   [3] d_logits[n][k] = (p[n][k] - onehot[n][k]) / N
// No exponent is positive, so nothing overflows however large the logits are.
//
// Source: Bishop 2006, "Pattern Recognition and Machine Learning", section 4.3.4: the softmax (4.104), the
// cross-entropy (4.108), and its derivative y - t, which (4.109) multiplies by the features. The 1/N is the mean's.

#include "plain_arrays.hpp"

namespace wengert::hand_derived {

struct SoftmaxCrossEntropy {
  Values probability;  ///< [1] (N, K)
  double loss;         ///< [2]
  Values d_logits;     ///< [3] (N, K)
};

/// logits (N, K); labels holds N numbers below K.
SoftmaxCrossEntropy softmax_cross_entropy(const Array<double>& logits, std::span<const std::size_t> labels);

}  // namespace wengert::hand_derived
