#pragma once

#include <autograd/tape/var.hpp>

#include <vector>

namespace wengert::optim {

/// Shortens the gradients of all parameters together to a norm of at most `max_norm`, keeping their direction (Pascanu
/// et al. 2013, algorithm 1), and returns the norm that they had:
///   norm = sqrt(Σ g²),  g ← g · min(1, max_norm / (norm + 1e-6))
/// as PyTorch's clip_grad_norm_ does; Keras's global_clipnorm has no 1e-6. The sum is taken in double. Parameters
/// without a gradient are skipped, one that is given twice counts once; an infinite `max_norm` only measures. Throws an
/// Error if `max_norm` is not positive, a gradient is not finite, by the name of its parameter, or the norm overflows;
/// then nothing has changed.
template <class T>
double clip_by_norm(const std::vector<Var<T>>& parameters, double max_norm);

/// Moves every element of the gradients into ±limit; NaN stays NaN. Parameters without a gradient are skipped. Throws
/// an Error if the limit is not positive.
///   g ← min(max(g, -limit), limit)
template <class T>
void clip_by_value(const std::vector<Var<T>>& parameters, double limit);

}  // namespace wengert::optim
