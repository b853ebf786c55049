#pragma once

#include <cstddef>
#include <optional>

namespace wengert::optim {

/// When a number that is monitored counts as better, and what to do while it is not; the names are Keras's.
struct PlateauOptions {
  double factor = 0.1;        ///< of the next rate to the present one
  std::size_t patience = 10;  ///< how many epochs in a row without improvement reduce the rate
  double min_delta = 1e-4;    ///< an improvement is larger than this
  std::size_t cooldown = 0;   ///< after a reduction, the epoch that is the first to count again; 0 is as 1
  double min_rate = 0.0;      ///< the rate goes no lower
  bool maximise = false;      ///< whether larger is better, as for an accuracy

  /// Throws an Error in the name of the owner unless 0 <= factor < 1, min_delta and min_rate are finite and not
  /// negative, and patience is positive.
  void check(std::string_view owner = "OnPlateau") const;
};

/// Reduces the learning rate when a loss no longer falls, exactly as Keras's ReduceLROnPlateau. PyTorch's takes one
/// epoch more: its patience p is p + 1 here, its min_delta is relative unless threshold_mode is "abs", and after a
/// cooldown it waits one epoch longer still.
///   if (const auto rate = plateau.update(loss, optimizer.learning_rate())) optimizer.set_learning_rate(*rate);
class OnPlateau {
 public:
  /// Throws an Error if an option makes no sense.
  explicit OnPlateau(const PlateauOptions& options = {});

  /// To be called after each epoch: the next rate, if it is to change. A number that is NaN is no improvement.
  std::optional<double> update(double monitored, double rate);

  /// Forgets what it has seen, for another training.
  void reset() { *this = OnPlateau(options_); }

  /// What it remembers from epoch to epoch, so that a training can be resumed.
  struct Memory {
    double best;
    std::size_t waited = 0;
    std::size_t cooling = 0;
  };
  const Memory& memory() const& { return memory_; }
  void set_memory(const Memory& memory) { memory_ = memory; }

 private:
  bool improves(double monitored) const;

  PlateauOptions options_;
  Memory memory_;
};

}  // namespace wengert::optim
