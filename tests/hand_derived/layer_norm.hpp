#pragma once

// Layer normalisation over the last axis, of extent D; gamma and beta are (D), and each of the rows has its own mean
// and deviation s:
//   [1] x_hat[n][d]   = (x[n][d] - mean[n]) / s[n],  s = sqrt(variance + epsilon)
//   [2] y[n][d]       = gamma[d] x_hat[n][d] + beta[d]
//   [3] d_x_hat[n][d] = d_y[n][d] gamma[d]
//   [4] d_x[n][d]     = 1/s[n] (d_x_hat[n][d] - mean_d(d_x_hat[n]) - x_hat[n][d] mean_d(d_x_hat[n] x_hat[n]))
//   [5] d_gamma[d]    = sum_n d_y[n][d] x_hat[n][d]
//   [6] d_beta[d]     = sum_n d_y[n][d]
//
// Source of [1] and [2]: Ba, Kiros and Hinton 2016, "Layer Normalization", arXiv:1607.06450, equations (3) and (4);
// the epsilon is everybody's addition. [3] to [6] follow as for batch normalisation, whose d_x this is with the rows in
// the place of the channels, except that gamma differs within a row and so stays inside the means.

#include "plain_arrays.hpp"

namespace wengert::hand_derived {

struct LayerNorm {
  Values mean;       ///< (N)
  Values deviation;  ///< (N)
  Values x_hat;      ///< [1] (N, D)
  Values y;          ///< [2] (N, D)
  Values d_x_hat;    ///< [3] (N, D)
  Values d_x;        ///< [4] (N, D)
  Values d_gamma;    ///< [5] (D)
  Values d_beta;     ///< [6] (D)
};

/// Forward and backward; x and d_y are (N, D), where N may stand for several leading axes.
LayerNorm layer_norm(const Array<double>& x, const Array<double>& gamma, const Array<double>& beta, double epsilon,
                     const Array<double>& d_y);

}  // namespace wengert::hand_derived
