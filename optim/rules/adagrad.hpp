#pragma once

#include <optim/optimizer.hpp>
#include <optim/rules/form.hpp>

namespace wengert::optim {

/// Adagrad (Duchi, Hazan and Singer 2011, figure 1 with diagonal matrices), with weight decay as a penalty on w²/2:
///   g ← g + weight_decay w
///   v ← v + g²                                  from v = initial_accumulator
///   w ← w - learning_rate · g / (sqrt(v) + epsilon)
/// In the form of Keras the denominator is sqrt(v + epsilon); see `Form`.
struct Adagrad {
  double learning_rate = 1e-2;
  double initial_accumulator = 0.0;
  double epsilon = 1e-10;
  double weight_decay = 0.0;
  Form form = Form::torch;

  static constexpr const char* name = "Adagrad";

  /// PyTorch's defaults, which are also ours.
  static Adagrad torch() { return {}; }
  /// Those of Keras 3. Its weight decay is that of AdamW, not a penalty.
  static Adagrad keras();

  auto state() const { return std::array{State{"v", initial_accumulator}}; }

  auto hyper_parameters() const {
    return std::array{HyperParameter{"initial_accumulator", Range::not_negative, initial_accumulator},
                      HyperParameter{"epsilon", Range::not_negative, epsilon},
                      HyperParameter{"weight_decay", Range::not_negative, weight_decay},
                      HyperParameter{"form", to_string(form)}};
  }

  /// Throws an Error if a number is negative or not finite.
  void check() const;

  auto formula(std::size_t) const {
    return [added = epsilon_terms(form, epsilon), rule = *this](const auto& w, const auto& v, const auto& gradient) {
      const auto g = gradient + rule.weight_decay * w;
      const auto next_v = v + g * g;
      const auto next_w = w - rule.learning_rate * scaled_step(g, sqrt(next_v + added.inside) + added.outside);
      return std::array{next_w, next_v};
    };
  }
};

extern template class Optimizer<Adagrad, float>;
extern template class Optimizer<Adagrad, double>;

}  // namespace wengert::optim
