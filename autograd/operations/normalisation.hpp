#pragma once

#include <autograd/tape/var.hpp>

#include <optional>

namespace wengert {

/// The mean and the biased variance of groups of elements. The mean is rounded to an element. Where that loses more
/// than a millionth of a deviation, because the elements are far from 0 and close to each other, `rest` is what was
/// lost, a constant: x - mean - rest is centred to the last digits.
template <class T>
struct Moments {
  Var<T> mean;
  Var<T> variance;
  std::optional<Var<T>> rest{};
};

/// μ = mean(x) and σ² = mean((x - μ)²) over some axes, which are kept at extent one: two entries on the tape, and what
/// every normalisation starts with. Throws an Error if an axis is out of range or repeated or there is no element, a
/// NotFinite if the elements of a group are finite and their variance is not.
template <class T>
Moments<T> moments(const Var<T>& x, const Axes& axes);

/// What batch normalisation returns: the normalised batch, and the statistics of the batch with the reduced axes kept
/// at extent one.
template <class T>
struct BatchNormalised {
  Var<T> y;
  Var<T> mean;
  Var<T> variance;
};

/// Batch normalisation (Ioffe and Szegedy 2015, algorithm 1) as a fused formula, three entries on the tape:
///   μ  = mean(x)                                over `axes`
///   σ² = mean((x - μ)²)                         biased, two passes
///   y  = γ · (x - μ) · rsqrt(σ² + ε) + β
/// The gradient is derived from these three lines; nothing else is written down. Where μ has lost digits that show, x -
/// μ is corrected by them (see Moments); everywhere else the formula in plain operators gives the same bits. x has any
/// shape; γ and β have one value for each group, in a shape that broadcasts to x or with the reduced axes dropped ((C,)
/// for (N, C, H, W) and axes {0, 2, 3}). Throws an Error if they do not fit, an axis is out of range or repeated, ε is
/// not positive, or there is no element to take the mean of.
template <class T>
BatchNormalised<T> batch_norm(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                              double epsilon = 1e-5);

/// The same for any γ and β that broadcast to x: they may differ within what is normalised together, as in layer
/// normalisation. Throws an Error if they do not, an axis is out of range or repeated, or there is no element to take
/// the mean of; ε is not checked.
template <class T>
BatchNormalised<T> normalise(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                             double epsilon);

/// y = γ · (x - μ) · rsqrt(σ² + ε) + β with given statistics, one entry on the tape: what a trained network computes.
/// The operands broadcast.
template <class T>
Var<T> normalise(const Var<T>& x, const Var<T>& mean, const Var<T>& variance, const Var<T>& gamma, const Var<T>& beta,
                 double epsilon);
/// The same with the statistics of x itself, where those have been recorded.
template <class T>
Var<T> normalise(const Var<T>& x, const Moments<T>& moments, const Var<T>& gamma, const Var<T>& beta, double epsilon);

}  // namespace wengert
