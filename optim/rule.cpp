#include <autograd/base/error.hpp>
#include <optim/rule.hpp>

#include <cmath>

namespace wengert::optim {

void require_not_negative(std::string_view rule, std::string_view name, double value) {
  require(std::isfinite(value) && value >= 0.0, rule, "{} is {}; expected a finite number that is not negative", name,
          value);
}

void require_decay_rate(std::string_view rule, std::string_view name, double value) {
  require(value >= 0.0 && value < 1.0, rule, "{} is {}; expected at least 0 and less than 1", name, value);
}

}  // namespace wengert::optim
