#pragma once

#include <optim/optimizer.hpp>
#include <optim/rules/form.hpp>

namespace wengert::optim {

/// Stochastic gradient descent with the momentum of Polyak (1964) or, on request, Nesterov (Sutskever et al. 2013,
/// equations 3 and 4, with w at the point that they look ahead to), and weight decay as a penalty on w²/2:
///   g ← g + weight_decay w
///   u ← momentum u + g
///   w ← w - learning_rate u                    with nesterov: w - learning_rate (g + momentum u)
/// In the form of Keras the learning rate enters u; see `Form`.
struct SGD {
  double learning_rate = 1e-2;
  double momentum = 0.0;
  bool nesterov = false;
  double weight_decay = 0.0;
  Form form = Form::torch;

  static constexpr const char* name = "SGD";

  /// PyTorch's defaults; its older versions have none for the learning rate.
  static SGD torch() { return {.learning_rate = 1e-3}; }
  /// Those of Keras 3. Its weight decay is that of AdamW, not a penalty.
  static SGD keras();

  auto state() const { return std::array{State{"u"}}; }

  auto hyper_parameters() const {
    return std::array{HyperParameter{"momentum", Range::decay_rate, momentum},
                      HyperParameter{"nesterov", nesterov ? "true" : "false"},
                      HyperParameter{"weight_decay", Range::not_negative, weight_decay},
                      HyperParameter{"form", to_string(form)}};
  }

  /// Throws an Error if a number is negative or not finite, momentum is not below 1, or nesterov has no momentum.
  void check() const;

  auto formula(std::size_t) const {
    return
        [rate = rate_factors(form, learning_rate), rule = *this](const auto& w, const auto& u, const auto& gradient) {
          const auto g = rate.entering * (gradient + rule.weight_decay * w);
          const auto next_u = rule.momentum * u + g;
          const auto step = rule.nesterov ? g + rule.momentum * next_u : next_u;
          return std::array{w - rate.leaving * step, next_u};
        };
  }
};

extern template class Optimizer<SGD, float>;
extern template class Optimizer<SGD, double>;

}  // namespace wengert::optim
