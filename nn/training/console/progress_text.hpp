#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::nn {

/// A number that a training shows under a name.
struct Metric {
  std::string_view name;
  double value;
};

/// How far an epoch is. Times are in seconds.
struct EpochProgress {
  std::size_t step = 0;       ///< steps done
  std::size_t steps = 0;      ///< of the epoch
  double elapsed = 0.0;       ///< since the epoch began
  double step_seconds = 0.0;  ///< for one step
  bool complete = false;
};

// The texts are those of Keras 3 (keras/src/utils/progbar.py), to the letter.

/// ` - accuracy: 0.8798 - loss: 4.2210e-04`: four decimals, or an exponent for what would show few digits.
std::string metrics_text(std::span<const Metric> metrics);
/// The time that is left: `12s`, `2:05`, `1:02:03`.
std::string eta_text(double seconds);
/// ` 3s/step`, ` 14ms/step`, ` 250us/step`.
std::string step_time_text(double seconds);

/// `  12/1875 ━━━━━━━━━━━━━━━━━━━━ 3s 1ms/step - loss: 0.4221`: a bar of 20, the time left and, once complete, the time
/// taken. Without colour what is still to be done is drawn thinner.
std::string bar_text(const EpochProgress& progress, std::span<const Metric> metrics, bool colour);
/// The same in lines of at most `width` characters, 40 or more: a narrow line has a shorter bar, or none. Of a complete
/// epoch all metrics are shown, in further lines if need be; of one under way those that fit into its line, which is
/// drawn again and again.
std::vector<std::string> bar_lines(const EpochProgress& progress, std::span<const Metric> metrics, bool colour,
                                   std::size_t width);
/// `1875/1875 - 3s - 1ms/step - loss: 0.4221`, which is what a log file gets.
std::string line_text(const EpochProgress& progress, std::span<const Metric> metrics);

}  // namespace wengert::nn
