#pragma once

#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/operations/normalisation.hpp>

namespace exercises::train_by_hand {

using wengert::Generator;
using wengert::Var;

/// What is trained.
struct Parameters {
  Var<double> w1, gamma, beta, w2, b2;

  Parameters(Generator& generator, std::size_t features, std::size_t hidden, std::size_t classes);
};

/// The forward pass of the network, every variable of it.
struct Network {
  Var<double> z;
  wengert::BatchNormalised<double> normalised;
  Var<double> active, logits, loss;

  Network(const Var<double>& x, const Array<double>& target, const Parameters& p);
  /// The numbers that a backward pass by hand starts from.
  Forward numbers(const Var<double>& x, const Array<double>& target, const Parameters& p) const;
};

}  // namespace exercises::train_by_hand
