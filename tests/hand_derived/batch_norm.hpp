#pragma once

// Batch normalisation differentiated by hand, three times over:
//
//   [IS]  Ioffe and Szegedy 2015, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal
//         Covariate Shift", arXiv:1502.03167, section 3: Algorithm 1 and the display of six (unnumbered) equations
//         that follows it "before simplification".
//   [K]   Kratzert 2016, "Understanding the backward pass through Batch Normalization Layer", kratzert.github.io,
//         a graph of nine steps, written for assignment 2 of Stanford's CS231n.
//   [M]   Karpathy 2022, "makemore part 4: becoming a backprop ninja", exercise 3 (there with the variance over m - 1;
//         [IS] and this page divide by m).
//
// Notation: x_i are the m values of one channel, g_i = dL/dy_i (`d_y`), and `d_name` is dL/dname. Arrays of the size of
// x are marked (x), those with one number per channel (C).

#include "channels.hpp"

namespace wengert::hand_derived {

/// The deviation is sqrt(variance + epsilon), as in the paper, or sqrt(variance) + epsilon.
enum class Epsilon { inside_root, outside_root };

/// Every intermediate of y = gamma (x - mean) / deviation + beta; the numbers are Kratzert's steps.
struct BatchNormForward {
  Channels channels;
  Values gamma;              ///< (C)
  Values mean;               ///< 1. (C)  1/m sum_i x_i
  Values x_minus_mean;       ///< 2. (x)
  Values squared;            ///< 3. (x)  x_minus_mean^2
  Values variance;           ///< 4. (C)  1/m sum_i squared_i, biased
  Values deviation;          ///< 5. (C)  sqrt(variance + epsilon), called s below
  Values inverse_deviation;  ///< 6. (C)  1 / deviation
  Values x_hat;              ///< 7. (x)  x_minus_mean * inverse_deviation
  Values gamma_x_hat;        ///< 8. (x)  gamma * x_hat
  Values y;                  ///< 9. (x)  gamma_x_hat + beta
};

/// The forward pass with statistics over `axes`; gamma and beta hold one number per channel in any shape.
BatchNormForward batch_norm_forward(const Array<double>& x, const Array<double>& gamma, const Array<double>& beta,
                                    const Axes& axes, double epsilon, Epsilon place = Epsilon::inside_root);

/// (a) The six equations of [IS], and the three summands of the fourth.
struct IoffeSzegedyBackward {
  Values d_x_hat;               ///< (x)
  Values d_variance;            ///< (C)
  Values d_mean;                ///< (C)
  Values d_x_through_x_hat;     ///< (x)  first summand of d_x
  Values d_x_through_variance;  ///< (x)  second summand of d_x
  Values d_x_through_mean;      ///< (x)  third summand of d_x
  Values d_x;                   ///< (x)
  Values d_gamma;               ///< (C)
  Values d_beta;                ///< (C)
};
IoffeSzegedyBackward ioffe_szegedy_backward(const BatchNormForward& forward, const Array<double>& d_y);

/// (b) The graph of [K] walked backwards: the adjoint of every intermediate, and of x_minus_mean and x, which are used
/// twice, each contribution apart.
struct StepByStepBackward {
  Values d_beta;                          ///< 9. (C)
  Values d_gamma_x_hat;                   ///< 9. (x)
  Values d_gamma;                         ///< 8. (C)
  Values d_x_hat;                         ///< 8. (x)
  Values d_inverse_deviation;             ///< 7. (C)
  Values d_x_minus_mean_through_x_hat;    ///< 7. (x)
  Values d_deviation;                     ///< 6. (C)
  Values d_variance;                      ///< 5. (C)
  Values d_squared;                       ///< 4. (x)
  Values d_x_minus_mean_through_squared;  ///< 3. (x)
  Values d_x_minus_mean;                  ///< 2. (x)
  Values d_mean;                          ///< 2. (C)
  Values d_x_through_mean;                ///< 1. (x)
  Values d_x;                             ///< 0. (x)
};
StepByStepBackward step_by_step_backward(const BatchNormForward& forward, const Array<double>& d_y);

/// (c) The three gradients in closed form, the end of [M]. It uses sum x_hat = 0, which holds as far as the mean is a
/// double: values at an offset of k deviations have x_hat off by up to k 2^-53, and d_x here by that much of its terms.
struct ClosedFormBackward {
  Values d_x;      ///< (x)  gamma / (m s) (m g - sum g - x_hat sum(g x_hat))
  Values d_gamma;  ///< (C)  sum(g x_hat)
  Values d_beta;   ///< (C)  sum g
};
ClosedFormBackward closed_form_backward(const BatchNormForward& forward, const Array<double>& d_y);

/// The gradients of the formula with `Epsilon::outside_root`, in closed form. With r = sqrt(variance) and s = r +
/// epsilon the chain rule gives dL/ds = -sum(gamma g x_hat) / s, ds/dvariance = 1 / (2 r), and so d_x = gamma / (m s)
/// (m g - sum g - x_hat (s / r) sum(g x_hat)). A constant channel (r = 0) has no derivative.
ClosedFormBackward epsilon_outside_backward(const BatchNormForward& forward, const Array<double>& d_y);

/// What a rounding error of each gradient is relative to: the terms that were added, not their sum, which may cancel.
struct BatchNormScales {
  Values d_x;         ///< (x)  the largest |summand of d_x| in the element's channel
  Values d_gamma;     ///< (C)  sum |g x_hat|
  Values d_beta;      ///< (C)  sum |g|
  Values d_variance;  ///< (C)  sum |d_x_hat x_minus_mean| / (2 s^3)
  Values d_mean;      ///< (C)  sum |d_x_hat| / s
};
BatchNormScales batch_norm_scales(const BatchNormForward& forward, const Array<double>& d_y);

}  // namespace wengert::hand_derived
