#pragma once

#include <nn/training/callback.hpp>
#include <nn/training/callbacks/monitor.hpp>
#include <optim/on_plateau.hpp>

namespace wengert::nn {

/// The defaults are those of Keras, as are the meanings; optim::PlateauOptions says them.
struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;
  std::size_t patience = 10;
  Mode mode = Mode::automatic;
  double min_delta = 1e-4;
  std::size_t cooldown = 0;
  double min_rate = 0.0;
  bool verbose = false;  ///< says when it reduces the rate
};

/// Multiplies the learning rate by a factor when a number has stopped improving. A training that is resumed goes on
/// with what a checkpoint that was written after this callback holds of it.
template <class T = float>
class ReduceLROnPlateau final : public Callback<T> {
 public:
  /// Throws an Error if an option makes no sense.
  explicit ReduceLROnPlateau(const ReduceLROnPlateauOptions& options = {});

  /// Throws an Error if the training does not report what is monitored.
  void on_train_begin(Training<T>& training) override;
  void on_epoch_end(Training<T>& training) override;

 private:
  Monitor monitor_;
  optim::OnPlateau plateau_;
  bool verbose_;
};

}  // namespace wengert::nn
