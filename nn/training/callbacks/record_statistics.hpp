#pragma once

#include <autograd/explain/replay/snapshot.hpp>
#include <nn/training/callback.hpp>

#include <array>
#include <map>

namespace wengert::nn {

struct RecordStatisticsOptions {
  std::size_t bins = 40;                   ///< of the histograms
  std::array<double, 2> range{-4.0, 4.0};  ///< that they divide; what is outside counts in the first and last bin
};

/// What a batch norm layer normalised a batch with, and what it remembered behind it, a number for each channel.
struct ChannelStatistics {
  std::vector<double> batch_mean, batch_variance;      ///< the variance is the biased one
  std::vector<double> running_mean, running_variance;  ///< the batch is taken in already
};

/// What a layer gave for a batch.
struct LayerStatistics {
  std::string name;               ///< its place in the network, `1` or `block.left`
  std::string type;               ///< `BatchNorm1d`
  SharedSnapshot output;          ///< its mean, deviation and extremes
  std::vector<double> histogram;  ///< the share of the elements in each bin; those that are NaN are in none
  std::optional<ChannelStatistics> channels{};  ///< of a batch norm layer with running statistics
};

/// The norm of the gradient of a parameter, sqrt(sum of squares), after clipping if there is any.
struct GradientNorm {
  std::string name;  ///< `0.weight`
  double norm;
};

/// The first batch of an epoch that was trained on.
struct EpochStatistics {
  std::size_t epoch;
  std::vector<LayerStatistics> layers;  ///< those without other modules in them, in the order of their calls
  std::vector<GradientNorm> gradients;  ///< of the parameters that had one
};

/// Records in every epoch, from its first batch, what the layers gave, how large the gradients were, and how far the
/// running statistics of batch norm are from those of the batch. Epoch 1 is the network as it was initialised. It
/// changes no number of the training, and costs a pass over each output once an epoch.
///   nn::RecordStatistics<float> statistics;
///   options.callbacks = {&statistics};
template <class T = float>
class RecordStatistics final : public Callback<T> {
 public:
  /// Throws an Error if there is no bin or the range is none.
  explicit RecordStatistics(RecordStatisticsOptions options = {});

  void on_epoch_begin(Training<T>& training) override;
  void on_batch_end(Training<T>& training) override;
  void on_train_end(Training<T>& training) override;

  /// One for each epoch whose first batch was stepped on, of all trainings that it was given to.
  const std::vector<EpochStatistics>& epochs() const& { return epochs_; }
  std::vector<EpochStatistics> epochs() && { return std::move(epochs_); }

 private:
  void look_at(const Module<T>& module, const Var<T>& input, const Var<T>& output);
  std::vector<double> histogram(const Array<T>& array) const;

  RecordStatisticsOptions options_;
  std::map<const Module<T>*, std::string> names_;  ///< of the layers
  std::vector<LayerStatistics> layers_;            ///< of the batch under way
  std::vector<EpochStatistics> epochs_;
  std::optional<WatchOutputs<T>> watch_;
};

}  // namespace wengert::nn
