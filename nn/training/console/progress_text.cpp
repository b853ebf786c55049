#include <autograd/base/text.hpp>
#include <autograd/base/unsigned_nan.hpp>
#include <nn/training/console/progress_text.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace wengert::nn {
namespace {

constexpr std::size_t bar_width = 20;

enum class Style { bold = 1, done = 32, to_do = 37 };

std::string styled(const std::string& text, Style style, bool colour) {
  return colour && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", static_cast<int>(style), text) : text;
}

constexpr std::string_view separator = " - ";

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

/// What a line gives up, one after the other, where it is wider than the terminal: its bar, then the time of a step.
struct HeadForm {
  std::size_t length;
  bool step_time;
};
constexpr std::array head_forms{HeadForm{bar_width, true}, HeadForm{bar_width / 2, true}, HeadForm{bar_width / 4, true},
                                HeadForm{0, true}, HeadForm{0, false}};

/// The line before its metrics, with a bar of a length.
std::string head_text(const EpochProgress& progress, bool colour, std::size_t length, bool step_time) {
  const std::size_t done = length * progress.step / progress.steps;
  const std::string time = progress.complete
                               ? fmt::format("{:.0f}s", progress.elapsed)
                               : eta_text(progress.step_seconds * static_cast<double>(progress.steps - progress.step));
  return styled(count_text(progress), Style::bold, colour) + " " + styled(repeated("━", done), Style::done, colour) +
         styled(repeated(colour ? "━" : "─", length - done), Style::to_do, colour) + (length > 0 ? " " : "") +
         styled(time, Style::bold, colour) + (step_time ? step_time_text(progress.step_seconds) : "");
}

}  // namespace

std::string metrics_text(std::span<const Metric> metrics) {
  std::string text;
  for (const auto& [name, value] : metrics) {
    const double shown = base::unsigned_nan(value);
    const std::string number = std::abs(shown) > 1e-3 ? fmt::format("{:.4f}", shown) : fmt::format("{:.4e}", shown);
    text += fmt::format(" - {}: {}", base::printable(name), number);
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
  return head_text(progress, colour, bar_width, true) + metrics_text(metrics);
}

std::vector<std::string> bar_lines(const EpochProgress& progress, std::span<const Metric> metrics, bool colour,
                                   std::size_t width) {
  std::string head;
  for (const auto& [length, step_time] : head_forms) {
    head = head_text(progress, colour, length, step_time);
    const std::string needed = progress.complete ? "" : metrics_text(metrics);
    if (base::display_width(head + needed) <= width) break;
  }
  std::vector<std::string> lines{head};
  for (const Metric& metric : metrics) {
    const std::string text = metrics_text({&metric, 1});
    if (base::display_width(lines.back() + text) <= width) lines.back() += text;
    else if (progress.complete) lines.push_back("  " + text.substr(separator.size()));
    else break;
  }
  return lines;
}

std::string line_text(const EpochProgress& progress, std::span<const Metric> metrics) {
  return fmt::format("{} - {:.0f}s -{}{}", count_text(progress), progress.elapsed,
                     step_time_text(progress.step_seconds), metrics_text(metrics));
}

}  // namespace wengert::nn
