#pragma once

#include <optim/rules/adam.hpp>

namespace wengert::optim {

/// AdamW (Loshchilov and Hutter 2019, algorithm 2, but the learning rate scales the decay too, as in PyTorch and
/// Keras):
///   w ← w - learning_rate weight_decay w
/// and then a step of Adam without weight decay.
struct AdamW {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 1e-2;
  Form form = Form::torch;

  static constexpr const char* name = "AdamW";

  /// PyTorch's defaults, which are also ours.
  static AdamW torch() { return {}; }
  /// Those of Keras 3.
  static AdamW keras();

  auto state() const { return Adam{}.state(); }

  auto hyper_parameters() const {
    return std::array{
        HyperParameter{"beta1", Range::decay_rate, beta1}, HyperParameter{"beta2", Range::decay_rate, beta2},
        HyperParameter{"epsilon", Range::not_negative, epsilon},
        HyperParameter{"weight_decay", Range::not_negative, weight_decay}, HyperParameter{"form", to_string(form)}};
  }

  /// Throws an Error if a number is negative or not finite, or a beta is not below 1.
  void check() const;

  auto formula(std::size_t step) const {
    const Adam adam{.learning_rate = learning_rate, .beta1 = beta1, .beta2 = beta2, .epsilon = epsilon, .form = form};
    const double kept = 1.0 - learning_rate * weight_decay;
    return [kept, adam_step = adam.formula(step)](const auto& w, const auto& m, const auto& v, const auto& g) {
      return adam_step(kept * w, m, v, g);
    };
  }
};

extern template class Optimizer<AdamW, float>;
extern template class Optimizer<AdamW, double>;

}  // namespace wengert::optim
