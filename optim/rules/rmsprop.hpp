#pragma once

#include <optim/optimizer.hpp>
#include <optim/rules/form.hpp>

namespace wengert::optim {

/// RMSprop (Tieleman and Hinton 2012, lecture 6.5) with momentum, and weight decay as a penalty on w²/2:
///   g ← g + weight_decay w
///   v ← alpha v + (1 - alpha) g²
///   u ← momentum u + g / (sqrt(v) + epsilon)
///   w ← w - learning_rate u
/// In the form of Keras, which calls alpha rho, the denominator is sqrt(v + epsilon) and the learning rate enters u;
/// see `Form`.
struct RMSprop {
  double learning_rate = 1e-2;
  double alpha = 0.99;
  double epsilon = 1e-8;
  double momentum = 0.0;
  double weight_decay = 0.0;
  Form form = Form::torch;

  static constexpr const char* name = "RMSprop";

  /// PyTorch's defaults, which are also ours.
  static RMSprop torch() { return {}; }
  /// Those of Keras 3. Its weight decay is that of AdamW, not a penalty.
  static RMSprop keras();

  auto state() const { return std::array{State{"v"}, State{"u"}}; }

  auto hyper_parameters() const {
    return std::array{
        HyperParameter{"alpha", Range::decay_rate, alpha}, HyperParameter{"epsilon", Range::not_negative, epsilon},
        HyperParameter{"momentum", Range::decay_rate, momentum},
        HyperParameter{"weight_decay", Range::not_negative, weight_decay}, HyperParameter{"form", to_string(form)}};
  }

  /// Throws an Error if a number is negative or not finite, or alpha or momentum is not below 1.
  void check() const;

  auto formula(std::size_t) const {
    return [rate = rate_factors(form, learning_rate), added = epsilon_terms(form, epsilon), rule = *this](
               const auto& w, const auto& v, const auto& u, const auto& gradient) {
      const auto g = gradient + rule.weight_decay * w;
      const auto next_v = rule.alpha * v + (1.0 - rule.alpha) * (g * g);
      const auto next_u =
          rule.momentum * u + rate.entering * scaled_step(g, sqrt(next_v + added.inside) + added.outside);
      return std::array{w - rate.leaving * next_u, next_v, next_u};
    };
  }
};

extern template class Optimizer<RMSprop, float>;
extern template class Optimizer<RMSprop, double>;

}  // namespace wengert::optim
