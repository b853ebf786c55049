#include <nn/training/console/progress_text.hpp>

#include <fmt/format.h>

#include <cmath>

namespace wengert::nn {
namespace {

constexpr std::size_t bar_width = 20;

enum class Style { bold = 1, done = 32, to_do = 37 };

std::string styled(const std::string& text, Style style, bool colour) {
  return colour && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", static_cast<int>(style), text) : text;
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// ` 12/1875`, the first number as wide as the second.
std::string count_text(const EpochProgress& progress) {
  const std::string steps = std::to_string(progress.steps);
  return fmt::format("{:>{}}/{}", progress.step, steps.size(), steps);
}

}  // namespace

std::string metrics_text(std::span<const Metric> metrics) {
  std::string text;
  for (const auto& [name, value] : metrics) {
    text +=
        std::abs(value) > 1e-3 ? fmt::format(" - {}: {:.4f}", name, value) : fmt::format(" - {}: {:.4e}", name, value);
  }
  return text;
}

std::string eta_text(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  if (seconds > 3600.0) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
  if (seconds > 60.0) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

std::string step_time_text(double seconds) {
  if (seconds >= 1.0 || seconds == 0.0) return fmt::format(" {:.0f}s/step", seconds);
  if (seconds >= 1e-3) return fmt::format(" {:.0f}ms/step", seconds * 1e3);
  return fmt::format(" {:.0f}us/step", seconds * 1e6);
}

std::string bar_text(const EpochProgress& progress, std::span<const Metric> metrics, bool colour) {
  const std::size_t done = bar_width * progress.step / progress.steps;
  const std::string time = progress.complete
                               ? fmt::format("{:.0f}s", progress.elapsed)
                               : eta_text(progress.step_seconds * static_cast<double>(progress.steps - progress.step));
  return styled(count_text(progress), Style::bold, colour) + " " + styled(repeated("━", done), Style::done, colour) +
         styled(repeated(colour ? "━" : "─", bar_width - done), Style::to_do, colour) + " " +
         styled(time, Style::bold, colour) + step_time_text(progress.step_seconds) + metrics_text(metrics);
}

std::string line_text(const EpochProgress& progress, std::span<const Metric> metrics) {
  return fmt::format("{} - {:.0f}s -{}{}", count_text(progress), progress.elapsed,
                     step_time_text(progress.step_seconds), metrics_text(metrics));
}

}  // namespace wengert::nn
