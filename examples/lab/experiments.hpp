#pragma once

#include "bench.hpp"

namespace lab {

constexpr double milestone = 0.9;  ///< an accuracy that a network with nothing wrong reaches in ten epochs

// What is varied from outside, in settings.cpp.
Finding convergence(Bench& bench);
Finding learning_rates(Bench& bench);
Finding depths(Bench& bench);
Finding initial_scales(Bench& bench);
Finding activations(Bench& bench);
Finding batch_sizes(Bench& bench);
Finding regularisation(Bench& bench);

// What goes on inside, in inside.cpp.
Finding gradient_flow(Bench& bench);
Finding outputs_of_layers(Bench& bench);
Finding covariate_shift(Bench& bench);
Finding training_and_evaluation(Bench& bench);

}  // namespace lab
