#pragma once

#include <nn/running_statistics.hpp>

namespace wengert::nn {

/// Batch normalisation (Ioffe and Szegedy 2015, algorithms 1 and 2) of (N, C) or (N, C, L), per channel:
///   y = γ · (x - μ) / sqrt(σ² + ε) + β
/// with `weight` γ (C) and `bias` β (C). In training μ and σ² are those of the batch, gradients flow through them, and
/// the running statistics take them in; in evaluation they are the running statistics.
template <class T = float>
class BatchNorm1d final : public Module<T> {
 public:
  /// Throws an Error if there is no channel or an option makes no sense.
  explicit BatchNorm1d(std::size_t channels, const BatchNormOptions& options = {});

  /// Throws an Error unless x is (N, C) or (N, C, L), and in training unless there are two values a channel; then the
  /// running statistics have not changed.
  Var<T> forward(const Var<T>& x) override;
  Parts<T> parts() override;

  const Var<T>& weight() const { return weight_; }
  const Var<T>& bias() const { return bias_; }
  const RunningStatistics<T>& running() const { return running_; }

 private:
  void check(const Var<T>& x) const;
  Var<T> forward_training(const Var<T>& x);
  Var<T> forward_evaluation(const Var<T>& x) const;

  BatchNormOptions options_;
  Var<T> weight_;
  Var<T> bias_;
  RunningStatistics<T> running_;
};

extern template class BatchNorm1d<float>;
extern template class BatchNorm1d<double>;

}  // namespace wengert::nn
