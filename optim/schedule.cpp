#include <autograd/base/error.hpp>
#include <optim/rule.hpp>
#include <optim/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wengert::optim {
namespace {

void require_period(std::string_view schedule, std::size_t period) {
  require(period > 0, schedule, "period is 0; expected the number of epochs, at least 1");
}

void require_rate(std::string_view schedule, double rate) {
  require(std::isfinite(rate) && rate > 0.0, schedule,
          "rate is {}; expected the first learning rate, a positive number", rate);
}

double fraction(std::size_t n, std::size_t period) { return static_cast<double>(n) / static_cast<double>(period); }

}  // namespace

double StepSchedule::operator()(std::size_t n) const {
  require_rate("StepSchedule", rate);
  require_not_negative("StepSchedule", "factor", factor);
  require_period("StepSchedule", period);
  const std::size_t drops = n / period;  // rounded down
  return rate * std::pow(factor, static_cast<double>(drops));
}

double CosineSchedule::operator()(std::size_t n) const {
  require_rate("CosineSchedule", rate);
  require_not_negative("CosineSchedule", "final_rate", final_rate);
  require_period("CosineSchedule", period);
  const double done = std::min(fraction(n, period), 1.0);
  return final_rate + (rate - final_rate) * (1.0 + std::cos(std::numbers::pi * done)) / 2.0;
}

double WarmUp::operator()(std::size_t n) const {
  require_period("WarmUp", period);
  require(start >= 0.0 && start <= 1.0, "WarmUp", "start is {}; expected a share of the first rate, from 0 to 1",
          start);
  require(then != nullptr, "WarmUp", "there is no schedule to follow; expected one as `then`");
  if (n >= period) return then(n - period);
  return then(0) * (start + (1.0 - start) * fraction(n, period));
}

}  // namespace wengert::optim
