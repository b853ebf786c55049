#pragma once

#include <nn/state/state_dict.hpp>
#include <nn/training/callback.hpp>
#include <nn/training/callbacks/monitor.hpp>

#include <optional>

namespace wengert::nn {

/// The defaults are those of Keras.
struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0.0;    ///< what changes by less has not improved
  std::size_t patience = 0;  ///< how many epochs without improvement are waited for
  Mode mode = Mode::automatic;
  std::optional<double> baseline{};   ///< what does not improve on it does not count as an improvement either
  bool restore_best_weights = false;  ///< at the end, whether or not it stopped
  std::size_t start_from_epoch = 0;   ///< how many epochs are not looked at
  bool verbose = false;               ///< says when it stops and what it restores
};

/// Ends a training when a number has stopped improving. Parameters and buffers are restored; the optimizer is not. A
/// training that is resumed goes on with what a checkpoint that was written after this callback holds of it: the best
/// number and its epoch, not its weights.
template <class T = float>
class EarlyStopping final : public Callback<T> {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});

  /// Throws an Error if the training does not report what is monitored.
  void on_train_begin(Training<T>& training) override;
  void on_epoch_end(Training<T>& training) override;
  void on_train_end(Training<T>& training) override;

  /// The epoch with the best number, from 1; 0 before there is one.
  std::size_t best_epoch() const { return best_epoch_; }
  /// The epoch after which it stopped the training, from 1; 0 if it did not.
  std::size_t stopped_epoch() const { return stopped_epoch_; }

 private:
  void look(Training<T>& training);
  void keep(Training<T>& training);

  EarlyStoppingOptions options_;
  Monitor monitor_;
  double best_ = 0.0;
  std::size_t wait_ = 0, best_epoch_ = 0, stopped_epoch_ = 0;
  std::optional<StateDict<T>> best_weights_;
};

}  // namespace wengert::nn
