#pragma once

#include <autograd/tape/var.hpp>

namespace wengert::nn {

// How far outputs y are from targets t of the same shape, averaged over all elements into a scalar. Each throws an
// Error if the shapes differ or there is no element.

/// The mean squared error, mean((y - t)²).
template <class T>
Var<T> mse(const Var<T>& y, const std::type_identity_t<Var<T>>& targets);

/// The mean absolute error, mean(|y - t|), with derivative 0 at 0.
template <class T>
Var<T> mae(const Var<T>& y, const std::type_identity_t<Var<T>>& targets);

/// Huber's loss (Huber 1964), the same in PyTorch and Keras: with d = y - t the mean of
///   d² / 2 for |d| <= delta and delta · (|d| - delta / 2) elsewhere.
/// Throws an Error also unless delta is positive and finite.
template <class T>
Var<T> huber(const Var<T>& y, const std::type_identity_t<Var<T>>& targets, double delta = 1.0);

}  // namespace wengert::nn
