#include <autograd/base/error.hpp>
#include <optim/on_plateau.hpp>
#include <optim/rule.hpp>

#include <algorithm>
#include <limits>

namespace wengert::optim {

void PlateauOptions::check(std::string_view owner) const {
  require_decay_rate(owner, "factor", factor);
  require(patience > 0, owner, "patience is 0; expected a number of epochs, at least 1");
  require_not_negative(owner, "min_delta", min_delta);
  require_not_negative(owner, "min_rate", min_rate);
}

OnPlateau::OnPlateau(const PlateauOptions& options) : options_(options) {
  options_.check();
  const double infinity = std::numeric_limits<double>::infinity();
  memory_.best = options_.maximise ? -infinity : infinity;
}

bool OnPlateau::improves(double monitored) const {
  return options_.maximise ? monitored > memory_.best + options_.min_delta
                           : monitored < memory_.best - options_.min_delta;
}

std::optional<double> OnPlateau::update(double monitored, double rate) {
  if (memory_.cooling > 0) --memory_.cooling;
  if (improves(monitored)) {
    memory_.best = monitored;
    memory_.waited = 0;
    return std::nullopt;
  }
  if (memory_.cooling > 0) return std::nullopt;
  ++memory_.waited;
  if (memory_.waited < options_.patience || rate <= options_.min_rate) return std::nullopt;
  memory_.cooling = options_.cooldown;
  memory_.waited = 0;
  return std::max(rate * options_.factor, options_.min_rate);
}

}  // namespace wengert::optim
