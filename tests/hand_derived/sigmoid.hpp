#pragma once

// The logistic sigmoid, and the binary cross-entropy of targets t in [0, 1] from logits z, averaged over N elements:
//   [1] p   = 1 / (1 + exp(-z)), for z < 0 written as exp(z) / (1 + exp(z))
//   [2] d_z = d_p p (1 - p)
//   [3] loss = 1/N sum (max(z, 0) - z t + log(1 + exp(-|z|)))
//   [4] d_z = (p - t) / N
// No exponent is positive, so nothing overflows however large z is.
//
// Source: Bishop 2006, "Pattern Recognition and Machine Learning": the sigmoid (4.59) and its derivative (4.88), the
// cross-entropy (4.90), and its derivative y - t, which (4.91) multiplies by the features.

#include "plain_arrays.hpp"

namespace wengert::hand_derived {

/// [1], element by element.
Values sigmoid_forward(const Array<double>& z);

/// [2], element by element; 1 - p is computed as sigmoid(-z), which does not cancel.
Values sigmoid_backward(const Array<double>& z, const Array<double>& d_p);

struct BinaryCrossEntropy {
  double loss;      ///< [3]
  Values d_logits;  ///< [4] the shape of the logits
};
BinaryCrossEntropy binary_cross_entropy(const Array<double>& logits, const Array<double>& targets);

}  // namespace wengert::hand_derived
