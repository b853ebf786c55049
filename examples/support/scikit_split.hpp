#pragma once

#include <datasets/split.hpp>

namespace examples {

/// The parts of `train_test_split(X, y, test_size=share, random_state=seed)` of scikit-learn, to the sample: the first
/// ceil(N * share) of NumPy's `RandomState(seed).permutation(N)` test, the others train, in that order.
wengert::datasets::Split<float> scikit_split(const wengert::datasets::Dataset<float>& data, double share,
                                             std::uint32_t seed);

}  // namespace examples
