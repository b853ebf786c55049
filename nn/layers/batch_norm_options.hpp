#pragma once

#include <optional>

namespace wengert::nn {

/// Which variance of a batch of N values a layer keeps for evaluation: the biased one divides by N, the unbiased one
/// by N - 1. Training always normalises with the biased one.
enum class RunningVariance { unbiased, biased };

/// How a batch norm layer normalises and what it remembers: running = (1 - momentum) · running + momentum · batch.
struct BatchNormOptions {
  std::optional<double> momentum = 0.1;  ///< the share of the newest batch; none for the average of all batches
  double epsilon = 1e-5;                 ///< added to the variance inside the root
  RunningVariance running_variance = RunningVariance::unbiased;
  bool affine = true;                    ///< whether γ and β are trained; 1 and 0 if not
  bool track_running_statistics = true;  ///< if not, evaluation too normalises with the statistics of the batch

  /// PyTorch's defaults, which are also ours.
  static BatchNormOptions torch() { return {}; }
  /// Those of Keras, whose momentum is the share of what is kept: 0.99 there is 0.01 here.
  static BatchNormOptions keras();
  /// Those of Ioffe and Szegedy (2015), algorithm 2, lines 8 to 10: the averages over all batches, the unbiased
  /// variance. The paper gives no number for epsilon.
  static BatchNormOptions paper();

  /// Throws an Error unless 0 <= momentum <= 1 and epsilon is positive and finite.
  void check() const;
};

}  // namespace wengert::nn
