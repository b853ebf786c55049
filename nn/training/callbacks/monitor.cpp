#include <autograd/base/error.hpp>
#include <nn/training/callbacks/monitor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace wengert::nn {

Monitor::Monitor(std::string_view callback, std::string column, Mode mode, double min_delta)
    : callback_(callback),
      column_(std::move(column)),
      larger_is_better_(mode == Mode::automatic ? column_.find("acc") != std::string::npos : mode == Mode::max),
      min_delta_(std::abs(min_delta)) {}

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

double Monitor::worst() const {
  const double infinity = std::numeric_limits<double>::infinity();
  return larger_is_better_ ? -infinity : infinity;
}

}  // namespace wengert::nn
