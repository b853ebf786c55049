#pragma once

#include <optim/optim.hpp>

/// A rule as a user writes one, with nothing to remember. It steps by the sign alone, so that an infinite gradient
/// would go unnoticed in the weights.
struct SignDescent {
  double learning_rate = 0.5;
  static constexpr const char* name = "SignDescent";
  std::array<wengert::optim::State, 0> state() const { return {}; }
  void check() const { wengert::optim::require_not_negative("SignDescent", "learning_rate", learning_rate); }
  auto formula(std::size_t) const {
    return [rate = learning_rate](const auto& w, const auto& g) { return std::array{w - rate * sign(g)}; };
  }
};
