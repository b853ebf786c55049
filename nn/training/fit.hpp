#pragma once

#include <datasets/loader.hpp>
#include <nn/training/callback.hpp>
#include <nn/training/console/progress_bar.hpp>
#include <nn/training/metrics.hpp>
#include <nn/training/not_finite.hpp>

#include <optional>

namespace wengert::nn {

/// The defaults are those of Keras.
template <class T>
struct FitOptions {
  std::size_t epochs = 1;
  std::size_t batch_size = 32;
  bool shuffle = true;  ///< the samples to train with, before every epoch
  std::uint64_t seed = 0;
  const datasets::Dataset<T>* validation = nullptr;  ///< evaluated after every epoch
  double validation_split = 0.0;                     ///< or the last share of the samples, taken before shuffling
  Loss<T> loss = default_loss<T>;
  Metrics<T> metrics{};               ///< by default those that suit the loss
  std::optional<double> clip_norm{};  ///< the largest norm of all gradients together, see optim::clip_by_norm
  std::size_t initial_epoch = 0;      ///< how many epochs an earlier training has done already
  std::optional<Progress> resume{};   ///< or all that a checkpoint says of it, also within an epoch
  std::vector<Callback<T>*> callbacks{};
  Verbose verbose = Verbose::automatic;
  std::ostream* output = nullptr;    ///< for the progress; by default the standard output
  std::ostream* messages = nullptr;  ///< for warnings and callbacks; by default the standard error
};

/// Trains a network until epoch `epochs` and returns what it reports of every epoch: `loss` and the metrics, such as
/// `accuracy`, which are means over the batches as they were when it trained on them, and with data to validate with
/// also `val_loss` and `val_accuracy`, in evaluation mode at the end of the epoch.
///
/// Ctrl-C finishes the step, and the epoch if that was its last one, and ends the training. The modes of the network
/// are as before when it returns or throws. Throws an Error if the options make no sense or the optimizer has no
/// parameter of the network; LossNotFinite if a loss is not finite: it says in which epoch and batch and which layer's
/// output was the first not to be so; and StepNotFinite if a gradient or an updated weight is not, by the parameter's
/// name. The step has changed nothing then.
template <class T>
History fit(Module<T>& model, optim::AnyOptimizer<T>& optimizer, const datasets::Dataset<T>& train,
            const FitOptions<T>& options = {});

/// The same with a loader, which says batch size, shuffling and seed of the training; `validation_split` must be 0.
template <class T>
History fit(Module<T>& model, optim::AnyOptimizer<T>& optimizer, datasets::DataLoader<T>& train,
            const FitOptions<T>& options = {});

}  // namespace wengert::nn
