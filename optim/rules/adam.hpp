#pragma once

#include <optim/optimizer.hpp>
#include <optim/rules/form.hpp>

#include <cmath>

namespace wengert::optim {

/// Adam (Kingma and Ba 2015, algorithm 1), with weight decay as a penalty on w²/2; in step t = 1, 2, ...
///   g ← g + weight_decay w
///   m ← beta1 m + (1 - beta1) g
///   v ← beta2 v + (1 - beta2) g²
///   w ← w - learning_rate · m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
/// In the form of Keras the last denominator is (sqrt(v) + epsilon) / sqrt(1 - beta2^t); see `Form`.
struct Adam {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.0;
  Form form = Form::torch;

  static constexpr const char* name = "Adam";

  /// PyTorch's defaults, which are also ours.
  static Adam torch() { return {}; }
  /// Those of Keras 3. Its weight decay is that of AdamW, not a penalty.
  static Adam keras();

  auto state() const { return std::array{State{"m"}, State{"v"}}; }

  auto hyper_parameters() const {
    return std::array{
        HyperParameter{"beta1", Range::decay_rate, beta1}, HyperParameter{"beta2", Range::decay_rate, beta2},
        HyperParameter{"epsilon", Range::not_negative, epsilon},
        HyperParameter{"weight_decay", Range::not_negative, weight_decay}, HyperParameter{"form", to_string(form)}};
  }

  /// Throws an Error if a number is negative or not finite, or a beta is not below 1.
  void check() const;

  auto formula(std::size_t step) const {
    const double t = static_cast<double>(step);
    const double step_size = learning_rate / (1.0 - std::pow(beta1, t));
    const double root_scale = 1.0 / std::sqrt(1.0 - std::pow(beta2, t));
    const double added = form == Form::keras ? root_scale * epsilon : epsilon;
    return [=, rule = *this](const auto& w, const auto& m, const auto& v, const auto& gradient) {
      const auto g = gradient + rule.weight_decay * w;
      const auto next_m = rule.beta1 * m + (1.0 - rule.beta1) * g;
      const auto next_v = rule.beta2 * v + (1.0 - rule.beta2) * (g * g);
      const auto next_w = w - step_size * scaled_step(next_m, root_scale * sqrt(next_v) + added);
      return std::array{next_w, next_m, next_v};
    };
  }
};

extern template class Optimizer<Adam, float>;
extern template class Optimizer<Adam, double>;

}  // namespace wengert::optim
