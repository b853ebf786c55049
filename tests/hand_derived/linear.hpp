#pragma once

// y = x W^T + b, for a batch of N rows, D inputs and K outputs; W is (K, D), as `Linear` keeps it.
//
// Source: Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation",
// section 2.2 on the product C = A B: dA = dC B^T and dB = A^T dC. Here A = x and B = W^T, written out as sums:
//   [1] d_x[n][d]      = sum_k d_y[n][k] weight[k][d]
//   [2] d_weight[k][d] = sum_n d_y[n][k] x[n][d]
//   [3] d_bias[k]      = sum_n d_y[n][k]

#include "plain_arrays.hpp"

namespace wengert::hand_derived {

/// y[n][k] = sum_d x[n][d] weight[k][d] + bias[k]; x (N, D), weight (K, D), bias (K), y (N, K).
Values linear_forward(const Array<double>& x, const Array<double>& weight, const Array<double>& bias);

struct LinearBackward {
  Values d_x;       ///< (N, D)
  Values d_weight;  ///< (K, D)
  Values d_bias;    ///< (K)
};
LinearBackward linear_backward(const Array<double>& x, const Array<double>& weight, const Array<double>& d_y);

}  // namespace wengert::hand_derived
