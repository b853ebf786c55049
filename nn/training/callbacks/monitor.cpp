#include <autograd/base/error.hpp>
#include <nn/training/callbacks/monitor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace wengert::nn {

Monitor::Monitor(std::string_view callback, std::string column, Mode mode, double min_delta)
    : callback_(callback),
      column_(std::move(column)),
      note_(fmt::format("{}({})", callback_, column_)),
      larger_is_better_(mode == Mode::automatic ? column_.find("acc") != std::string::npos : mode == Mode::max),
      min_delta_(std::abs(min_delta)) {
  require(std::isfinite(min_delta), callback_, "min_delta is {}; expected a finite number", min_delta);
}

void Monitor::check(const History& history) const {
  const auto& columns = history.columns();
  require(std::find(columns.begin(), columns.end(), column_) != columns.end(), callback_,
          "it monitors '{}', which this training does not report: there is {}; give fit data to validate with, or "
          "monitor one of these",
          column_, fmt::join(columns, ", "));
}

bool Monitor::improves(double value, double reference) const {
  return larger_is_better_ ? value - min_delta_ > reference : value + min_delta_ < reference;
}

void Monitor::remember(Progress& progress, std::span<const double> numbers) const {
  progress.notes[note_] = fmt::format("{}", fmt::join(numbers, " "));
}

bool Monitor::recall(const Progress& progress, std::map<std::string, std::size_t>& watched, std::span<double> numbers) {
  note_ = fmt::format("{}({})", callback_, column_);
  if (const std::size_t place = ++watched[note_]; place > 1) note_ += fmt::format(" {}", place);
  const auto found = progress.notes.find(note_);
  if (found == progress.notes.end()) return false;
  const char* from = found->second.data();
  const char* const end = from + found->second.size();
  for (double& number : numbers) {
    const auto [next, error] = std::from_chars(from, end, number);
    const bool is_last = &number == &numbers.back();
    const bool is_whole = error == std::errc() && (is_last ? next == end : next != end && *next == ' ');
    const bool is_count = number >= 0.0 && number < 1e15;
    require(is_whole && (is_count || &number == &numbers.front()), callback_,
            "the note '{}' of the training that is resumed is '{}'; expected {} numbers", note_, found->second,
            numbers.size());
    from = next + 1;
  }
  return true;
}

double Monitor::worst() const {
  const double infinity = std::numeric_limits<double>::infinity();
  return larger_is_better_ ? -infinity : infinity;
}

}  // namespace wengert::nn
