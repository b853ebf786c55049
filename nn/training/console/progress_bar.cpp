#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>
#include <nn/training/console/progress_bar.hpp>

#include <chrono>
#include <iostream>
#include <limits>

namespace wengert::nn {
namespace {

constexpr double shortest_interval = 0.05;  // seconds between two drawings

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

ProgressBar::ProgressBar(std::ostream& out, ProgressOptions options) : out_(out), options_(std::move(options)) {
  if (options_.verbose == Verbose::automatic) options_.verbose = base::is_terminal(out) ? Verbose::bar : Verbose::lines;
  if (!options_.clock) options_.clock = steady_seconds;
}

ProgressBar::~ProgressBar() { abandon(); }

void ProgressBar::begin_epoch(std::size_t epoch, std::size_t epochs, std::size_t steps, std::size_t done_before) {
  if (options_.verbose == Verbose::silent) return;
  abandon();
  if (epochs > 1) out_ << "Epoch " << epoch << '/' << epochs << '\n' << std::flush;
  step_ = 0;
  steps_ = steps;
  done_before_ = done_before;
  start_ = options_.clock();
  last_drawn_ = -std::numeric_limits<double>::infinity();
}

void ProgressBar::step(std::span<const Metric> metrics) {
  ++step_;
  if (options_.verbose != Verbose::bar) return;
  const double now = options_.clock();
  if (step_ == 1) after_first_step_ = now;
  if (now - last_drawn_ >= shortest_interval) draw(metrics, now, false);
}

void ProgressBar::end_epoch(std::span<const Metric> metrics) {
  if (options_.verbose == Verbose::silent) return;
  const double now = options_.clock();
  if (options_.verbose == Verbose::bar) draw(metrics, now, true);
  else out_ << line_text(progress(now, true), metrics) << '\n' << std::flush;
}

void ProgressBar::abandon() {
  if (drawn_width_ > 0) out_ << '\n' << std::flush;
  drawn_width_ = 0;
}

/// With a bar the first step, in which memory is still made, does not count for the time of a step; both as in Keras.
EpochProgress ProgressBar::progress(double now, bool complete) const {
  const bool without_first = options_.verbose == Verbose::bar && step_ > 1;
  const double seconds = without_first ? (now - after_first_step_) / static_cast<double>(step_ - 1)
                                       : (now - start_) / static_cast<double>(step_);
  return {.step = done_before_ + step_,
          .steps = steps_,
          .elapsed = now - start_,
          .step_seconds = seconds,
          .complete = complete};
}

/// A line that is drawn again must not be as wide as the terminal, or the cursor would not come back to its beginning.
void ProgressBar::draw(std::span<const Metric> metrics, double now, bool complete) {
  const std::size_t columns = options_.width > 0 ? options_.width : base::terminal_columns();
  const std::vector<std::string> lines = bar_lines(progress(now, complete), metrics, options_.colour, columns - 1);
  const std::size_t width = base::display_width(lines.front());
  out_ << '\r' << lines.front() << std::string(drawn_width_ > width ? drawn_width_ - width : 0, ' ');
  for (std::size_t i = 1; i < lines.size(); ++i) out_ << '\n' << lines[i];
  out_ << (complete ? "\n" : "") << std::flush;
  drawn_width_ = complete ? 0 : width;
  last_drawn_ = now;
}

}  // namespace wengert::nn
