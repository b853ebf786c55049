// The rule that CONTRIBUTING.md shows.
#include <doctest/doctest.h>
#include <optim/optim.hpp>

#include <cmath>

#include "../error_text.hpp"

namespace wengert::optim {

/// Adamax (Kingma and Ba 2015, algorithm 2); in step t = 1, 2, ...
///   m ← beta1 m + (1 - beta1) g
///   u ← max(beta2 u, |g| + epsilon)
///   w ← w - learning_rate / (1 - beta1^t) · m / u
struct Adamax {
  double learning_rate = 2e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;

  static constexpr const char* name = "Adamax";

  auto state() const { return std::array{State{"m"}, State{"u"}}; }

  /// Throws an Error if a number is negative or not finite, or a beta is not below 1.
  void check() const;

  auto formula(std::size_t step) const {
    const double step_size = learning_rate / (1.0 - std::pow(beta1, static_cast<double>(step)));
    return [step_size, rule = *this](const auto& w, const auto& m, const auto& u, const auto& g) {
      const auto next_m = rule.beta1 * m + (1.0 - rule.beta1) * g;
      const auto next_u = maximum(rule.beta2 * u, abs(g) + rule.epsilon);
      const auto next_w = w - step_size * (next_m / next_u);
      return std::array{next_w, next_m, next_u};
    };
  }
};

void Adamax::check() const {
  require_not_negative("Adamax", "learning_rate", learning_rate);
  require_decay_rate("Adamax", "beta1", beta1);
  require_decay_rate("Adamax", "beta2", beta2);
  require_not_negative("Adamax", "epsilon", epsilon);
}

}  // namespace wengert::optim

using namespace wengert;

TEST_CASE("the rule that the contributor's guide shows takes the steps that its formula says") {
  const Var<double> p = parameter(Array<double>{1.0}, "p");
  optim::Optimizer optimizer(std::vector{p}, optim::Adamax{.learning_rate = 0.1});
  double w = 1.0, m = 0.0, u = 0.0;
  for (int t = 1; t <= 3; ++t) {
    const double g = 2.0 - t;  // 1, 0, -1
    p.set_grad(Array<double>{g});
    optimizer.step();
    m = 0.9 * m + 0.1 * g;
    u = std::max(0.999 * u, std::abs(g) + 1e-8);
    w -= 0.1 / (1.0 - std::pow(0.9, t)) * m / u;
    CHECK(p.item() == doctest::Approx(w).epsilon(1e-15));
  }
  CHECK(contains(error_text([&] { optim::Optimizer(std::vector{p}, optim::Adamax{.beta2 = 1.0}); }), "[Adamax] beta2"));
}
