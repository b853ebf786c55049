#include <autograd/base/error.hpp>
#include <nn/layers/batch_norm_options.hpp>
#include <nn/layers/normalisation.hpp>

namespace wengert::nn {

BatchNormOptions BatchNormOptions::keras() {
  return {.momentum = 0.01, .epsilon = 1e-3, .running_variance = RunningVariance::biased};
}

BatchNormOptions BatchNormOptions::paper() {
  return {.momentum = std::nullopt, .epsilon = 1e-5, .running_variance = RunningVariance::unbiased};
}

void BatchNormOptions::check() const {
  const double share = momentum.value_or(0.0);
  require(share >= 0.0 && share <= 1.0, "BatchNorm",
          "momentum is {}; expected the share of the newest batch, between 0 and 1; Keras's 0.99 is 0.01 here", share);
  require_epsilon("BatchNorm", epsilon);
}

}  // namespace wengert::nn
