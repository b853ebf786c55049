#pragma once

#include <nn/training/callback.hpp>
#include <nn/training/callbacks/monitor.hpp>

namespace wengert::nn {

/// The defaults are those of Keras.
struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;
  std::size_t patience = 10;  ///< how many epochs without improvement are waited for
  Mode mode = Mode::automatic;
  double min_delta = 1e-4;   ///< what changes by less has not improved
  std::size_t cooldown = 0;  ///< for how many epochs after a reduction none is counted
  double min_lr = 0.0;
  bool verbose = false;  ///< says when it reduces the rate
};

/// Multiplies the learning rate by a factor when a number has stopped improving.
template <class T = float>
class ReduceLROnPlateau final : public Callback<T> {
 public:
  /// Throws an Error unless 0 < factor < 1 and min_lr is not negative.
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});

  /// Throws an Error if the training does not report what is monitored.
  void on_train_begin(Training<T>& training) override;
  void on_epoch_end(Training<T>& training) override;

 private:
  void reduce(Training<T>& training) const;

  ReduceLROnPlateauOptions options_;
  Monitor monitor_;
  double best_ = 0.0;
  std::size_t wait_ = 0, cooldown_ = 0;
};

extern template class ReduceLROnPlateau<float>;
extern template class ReduceLROnPlateau<double>;

}  // namespace wengert::nn
