#include <autograd/base/error.hpp>
#include <optim/rule.hpp>

#include <fmt/format.h>

#include <cmath>

namespace wengert::optim {

void require_not_negative(std::string_view rule, std::string_view name, double value) {
  require(std::isfinite(value) && value >= 0.0, rule, "{} is {}; expected a finite number that is not negative", name,
          value);
}

void require_decay_rate(std::string_view rule, std::string_view name, double value) {
  require(value >= 0.0 && value < 1.0, rule, "{} is {}; expected at least 0 and less than 1", name, value);
}

HyperParameter::HyperParameter(const char* its_name, Range its_range, double number)
    : name(its_name), range(its_range), value(number), text(fmt::format("{}", number)) {}

HyperParameter::HyperParameter(const char* its_name, std::string choice)
    : name(its_name), range(Range::any), value(0.0), text(std::move(choice)) {}

void check_ranges(std::string_view rule, std::span<const HyperParameter> hyper_parameters) {
  for (const HyperParameter& h : hyper_parameters) {
    if (h.range == Range::not_negative) require_not_negative(rule, h.name, h.value);
    if (h.range == Range::decay_rate) require_decay_rate(rule, h.name, h.value);
  }
}

}  // namespace wengert::optim
