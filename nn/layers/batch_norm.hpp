#pragma once

#include <autograd/operations/normalisation.hpp>
#include <nn/layers/input_shape.hpp>
#include <nn/layers/normalisation.hpp>

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

  /// Throws an Error in the name of the layer unless 0 <= momentum <= 1 and epsilon is positive and finite.
  void check(std::string_view layer = "BatchNorm") const;
};

/// What batch norm remembers of the batches it has seen, one mean and one variance for each of C channels.
template <class T>
class RunningStatistics {
 public:
  explicit RunningStatistics(std::size_t channels);

  const Array<T>& mean() const& { return mean_; }
  Array<T> mean() && { return std::move(mean_); }
  const Array<T>& variance() const& { return variance_; }
  Array<T> variance() && { return std::move(variance_); }

  /// Takes in a batch with `count` values a channel, its means and its biased variances, C elements each:
  /// running = (1 - m) · running + m · batch. Throws NotFinite in the name of the layer, and has changed nothing, if
  /// one would not be finite.
  void update(const Array<T>& batch_mean, const Array<T>& batch_variance, std::size_t count,
              const BatchNormOptions& options, std::string_view layer = "BatchNorm");

  /// PyTorch's names: running_mean (C), running_var (C) and num_batches_tracked, a scalar.
  std::vector<Named<Array<T>*>> buffers();

 private:
  Array<T> mean_;
  Array<T> variance_;
  Array<T> batches_;
  double count_ = 0.0;  ///< `batches_` before it was rounded: floats do not count beyond 2^24
};

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
  const BatchNormOptions& options() const& { return options_; }
  BatchNormOptions options() && { return options_; }
  const Var<T>& weight() const& { return affine_.weight; }
  Var<T> weight() && { return affine_.weight; }
  const Var<T>& bias() const& { return affine_.bias; }
  Var<T> bias() && { return affine_.bias; }
  /// Throws an Error if the options left them out.
  const RunningStatistics<T>& running() const&;
  RunningStatistics<T> running() && { return std::as_const(*this).running(); }

 protected:
  /// Throws an Error in the name of the layer if there is no channel or an option makes no sense.
  BatchNorm(std::string_view layer, std::size_t channels, const BatchNormOptions& options);

 private:
  virtual ChannelShapes inputs() const = 0;

  void check_shape(const InputShape& input) const;
  void check_count(const InputShape& input) const;

  BatchNormOptions options_;
  Affine<T> affine_;
  std::optional<RunningStatistics<T>> running_;
};

/// Batch normalisation of (N, C) or (N, C, L) per channel; see BatchNorm.
template <class T = float>
class BatchNorm1d final : public BatchNorm<T> {
 public:
  /// Throws an Error if there is no channel or an option makes no sense.
  explicit BatchNorm1d(std::size_t channels, const BatchNormOptions& options = {})
      : BatchNorm<T>("BatchNorm1d", channels, options) {}
  std::unique_ptr<Module<T>> another() const override {
    return std::make_unique<BatchNorm1d>(this->channels(), this->options());
  }

 private:
  ChannelShapes inputs() const override { return {this->channels(), 2, 3}; }
};

/// Batch normalisation of (N, C, H, W) per channel; see BatchNorm.
template <class T = float>
class BatchNorm2d final : public BatchNorm<T> {
 public:
  /// Throws an Error if there is no channel or an option makes no sense.
  explicit BatchNorm2d(std::size_t channels, const BatchNormOptions& options = {})
      : BatchNorm<T>("BatchNorm2d", channels, options) {}
  std::unique_ptr<Module<T>> another() const override {
    return std::make_unique<BatchNorm2d>(this->channels(), this->options());
  }

 private:
  ChannelShapes inputs() const override { return {this->channels(), 4, 4}; }
};

}  // namespace wengert::nn
