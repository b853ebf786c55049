#pragma once

#include <nn/module.hpp>
#include <nn/training/history.hpp>
#include <nn/training/progress.hpp>
#include <optim/any_optimizer.hpp>

#include <iosfwd>

namespace wengert::nn {

/// A training as its callbacks see it.
template <class T>
struct Training {
  Module<T>& model;
  optim::AnyOptimizer<T>& optimizer;
  const History& history;    ///< the epochs that are complete
  std::ostream& messages;    ///< for what a user should read
  std::size_t epochs;        ///< the number of the last one that was asked for
  std::size_t batches;       ///< of an epoch
  std::size_t epoch = 0;     ///< the present one, from 1
  std::size_t batch = 0;     ///< the present one of the epoch, from 1
  double loss = 0.0;         ///< of the present batch
  bool stop = false;         ///< set it to end the training after this epoch
  bool interrupted = false;  ///< whether Ctrl-C ends it
  Progress progress{};       ///< what `save_checkpoint` wants, after any batch
  /// How many callbacks of a kind watch a column: `Monitor` keeps their notes apart.
  std::map<std::string, std::size_t> watched{};
};

/// Something to do while a network is trained: derive from it and override what is needed. Callbacks are called in the
/// order in which they are given.
template <class T = float>
class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_train_begin(Training<T>&) {}
  virtual void on_epoch_begin(Training<T>&) {}
  /// After a step of the optimizer.
  virtual void on_batch_end(Training<T>&) {}
  /// The last row of the history is that of the epoch.
  virtual void on_epoch_end(Training<T>&) {}
  /// When the training has ended, also early or by Ctrl-C, but not when an exception ends it.
  virtual void on_train_end(Training<T>&) {}
};

}  // namespace wengert::nn
