#pragma once

#include <autograd/array.hpp>

#include <cstddef>
#include <span>

namespace wengert::datasets {

/// Labels (N) as rows of the identity matrix: result(n, k) = 1 if labels[n] == k, else 0, of shape (N, K) with
/// K = classes. Throws an Error that names row and label for a label that is not below `classes`.
template <class T = float>
Array<T> one_hot(std::span<const std::size_t> labels, std::size_t classes);

}  // namespace wengert::datasets
