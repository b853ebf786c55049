#pragma once

#include <optim/optimizer.hpp>

#include <cmath>

namespace wengert::optim {

/// Adam (Kingma and Ba 2015, algorithm 1), with weight decay as a penalty on w²/2; in step t = 1, 2, ...
///   g ← g + weight_decay w
///   m ← beta1 m + (1 - beta1) g
///   v ← beta2 v + (1 - beta2) g²
///   w ← w - learning_rate · m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
struct Adam {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.0;

  static constexpr const char* name = "Adam";
  static constexpr std::array<const char*, 2> state{"m", "v"};

  /// Throws an Error if a number is negative or not finite, or a beta is not below 1.
  void check() const;

  auto formula(std::size_t step) const {
    const double t = static_cast<double>(step);
    const double step_size = learning_rate / (1.0 - std::pow(beta1, t));
    const double root_scale = 1.0 / std::sqrt(1.0 - std::pow(beta2, t));
    return [=, rule = *this](const auto& w, const auto& m, const auto& v, const auto& gradient) {
      const auto g = gradient + rule.weight_decay * w;
      const auto next_m = rule.beta1 * m + (1.0 - rule.beta1) * g;
      const auto next_v = rule.beta2 * v + (1.0 - rule.beta2) * (g * g);
      const auto next_w = w - step_size * (next_m / (root_scale * sqrt(next_v) + rule.epsilon));
      return std::array{next_w, next_m, next_v};
    };
  }
};

extern template class Optimizer<Adam, float>;
extern template class Optimizer<Adam, double>;

}  // namespace wengert::optim
