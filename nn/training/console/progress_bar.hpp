#pragma once

#include <nn/training/console/progress_text.hpp>

#include <functional>
#include <iosfwd>
#include <string>

namespace wengert::nn {

/// What a training shows of its progress: a bar on a terminal and a line for each epoch elsewhere, nothing, a bar, a
/// line for each epoch.
enum class Verbose { automatic, silent, bar, lines };

struct ProgressOptions {
  Verbose verbose = Verbose::automatic;
  bool colour = true;               ///< of the bar
  std::size_t width = 0;            ///< of the bar's lines; that of the terminal if it is zero
  std::function<double()> clock{};  ///< in seconds; by default one that never goes back
};

/// Shows the progress of a training as Keras does. A bar is drawn at most 20 times a second, and not left half drawn.
class ProgressBar {
 public:
  ProgressBar(std::ostream& out, ProgressOptions options);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Epoch `epoch` of `epochs`, from 1, has `steps` steps, of which a training that was resumed has done some before.
  void begin_epoch(std::size_t epoch, std::size_t epochs, std::size_t steps, std::size_t done_before = 0);
  /// A step is done.
  void step(std::span<const Metric> metrics);
  void end_epoch(std::span<const Metric> metrics);
  /// Ends the line of a bar that will not be completed.
  void abandon();

 private:
  EpochProgress progress(double now, bool complete) const;
  void draw(std::span<const Metric> metrics, double now, bool complete);

  std::ostream& out_;
  ProgressOptions options_;
  std::size_t step_ = 0, steps_ = 0, done_before_ = 0;
  double start_ = 0.0, after_first_step_ = 0.0, last_drawn_ = 0.0;
  std::size_t drawn_width_ = 0;  ///< of the bar that stands in the present line
};

}  // namespace wengert::nn
