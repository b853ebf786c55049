#pragma once

#include <nn/training/callback.hpp>
#include <nn/training/callbacks/monitor.hpp>

#include <functional>

namespace wengert::nn {

/// The defaults are those of Keras.
struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  bool save_best_only = false;  ///< only epochs that improve on those before
  Mode mode = Mode::automatic;
  bool verbose = false;  ///< says what it saves
  /// If not 0, saves also after so many batches of an epoch, if there was a step; not with save_best_only.
  std::size_t every_batches = 0;
};

/// Saves a training after every epoch, or after the best ones, as `save_checkpoint` does. The path may contain the
/// epoch and the columns of the history in fmt's notation, `out/{epoch:02d}-{val_loss:.2f}.safetensors`; without the
/// epoch each file replaces the one before. A training that was stopped goes on with
///   options.resume = nn::load_checkpoint(file, net, optimizer);
/// To be given behind the callbacks that remember something from epoch to epoch, because it is saved too: what was the
/// best so far, and how long nothing has improved.
template <class T = float>
class ModelCheckpoint final : public Callback<T> {
 public:
  /// Writes a training, or a part of it, to a file.
  using Save = std::function<void(const std::filesystem::path& file, const Training<T>& training)>;

  /// Throws an Error if there is no path.
  explicit ModelCheckpoint(std::string path, ModelCheckpointOptions options = {});
  /// The same with a way of saving of one's own. Throws an Error if it is empty.
  ModelCheckpoint(std::string path, Save save, ModelCheckpointOptions options = {});

  /// Throws an Error if the training does not report what is monitored, if something in the path is neither the epoch
  /// nor a column, or if nothing can be written in its folder.
  void on_train_begin(Training<T>& training) override;
  void on_batch_end(Training<T>& training) override;
  /// Throws what saving throws.
  void on_epoch_end(Training<T>& training) override;

 private:
  bool improved(Training<T>& training, const std::string& file);
  void say(const Training<T>& training, std::string_view text) const;

  std::string path_;
  Save save_;
  bool writes_files_ = false;  ///< itself, not what was given to save
  ModelCheckpointOptions options_;
  Monitor monitor_;
  std::optional<double> best_;
};

}  // namespace wengert::nn
