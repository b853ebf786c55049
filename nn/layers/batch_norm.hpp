#pragma once

#include <nn/layers/input_shape.hpp>
#include <nn/layers/normalisation.hpp>
#include <nn/layers/running_statistics.hpp>

namespace wengert::nn {

/// Batch normalisation (Ioffe and Szegedy 2015, algorithms 1 and 2) of inputs with channels on axis 1, per channel:
///   y = γ · (x - μ) / sqrt(σ² + ε) + β
/// with `weight` γ (C) and `bias` β (C). In training μ and σ² are those of the batch, gradients flow through them, and
/// the running statistics take them in; in evaluation they are the running statistics, if these are tracked.
/// BatchNorm1d and BatchNorm2d say which shapes they take.
template <class T = float>
class BatchNorm : public Module<T> {
 public:
  /// Throws an Error unless x has a shape that the layer takes, and unless there are two values a channel where the
  /// statistics of the batch are used; then the running statistics have not changed.
  Var<T> forward(const Var<T>& x) final;
  Parts<T> parts() final;
  Shape output_shape(const Shape& input) const final;

  std::size_t channels() const { return affine_.weight.size(); }
  const Var<T>& weight() const& { return affine_.weight; }
  Var<T> weight() && { return affine_.weight; }
  const Var<T>& bias() const& { return affine_.bias; }
  Var<T> bias() && { return affine_.bias; }
  /// Throws an Error if the options left them out.
  const RunningStatistics<T>& running() const&;
  RunningStatistics<T> running() && { return std::as_const(*this).running(); }

 protected:
  /// Throws an Error if there is no channel or an option makes no sense.
  BatchNorm(std::size_t channels, const BatchNormOptions& options);

 private:
  virtual ChannelShapes inputs() const = 0;

  void check_shape(const InputShape& input) const;
  void check_count(const InputShape& input) const;
  Var<T> normalised_by_batch(const Var<T>& x);
  Var<T> normalised_by_running(const Var<T>& x) const;

  BatchNormOptions options_;
  Affine<T> affine_;
  std::optional<RunningStatistics<T>> running_;
};

extern template class BatchNorm<float>;
extern template class BatchNorm<double>;

}  // namespace wengert::nn
