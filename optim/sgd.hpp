#pragma once

#include <optim/optimizer.hpp>

namespace wengert::optim {

/// Stochastic gradient descent with the momentum of Polyak (1964) and weight decay as a penalty on w²/2:
///   g ← g + weight_decay w
///   v ← momentum v + g
///   w ← w - learning_rate v
struct SGD {
  double learning_rate = 1e-2;
  double momentum = 0.0;
  double weight_decay = 0.0;

  static constexpr const char* name = "SGD";
  static constexpr std::array<const char*, 1> state{"v"};

  /// Throws an Error if a number is negative or not finite, or momentum is not below 1.
  void check() const;

  auto formula(std::size_t) const {
    return [rule = *this](const auto& w, const auto& v, const auto& gradient) {
      const auto g = gradient + rule.weight_decay * w;
      const auto next_v = rule.momentum * v + g;
      const auto next_w = w - rule.learning_rate * next_v;
      return std::array{next_w, next_v};
    };
  }
};

extern template class Optimizer<SGD, float>;
extern template class Optimizer<SGD, double>;

}  // namespace wengert::optim
