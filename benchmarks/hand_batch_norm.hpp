#pragma once

#include <cstddef>
#include <vector>

/// Batch normalisation of an (N, C, L) array as one would write it by hand for speed: channel by channel, so that a
/// channel stays in the cache, with the closed form of the gradient
///   dx = γ / (m s) · (m g - Σg - x̂ Σ(g x̂)),  s = sqrt(σ² + ε)
/// and the same SIMD lanes and the same sums as the library's kernel.
class HandBatchNorm {
 public:
  HandBatchNorm(std::size_t n, std::size_t channels, std::size_t length, double epsilon);

  void forward(const float* x, const float* gamma, const float* beta, float* y);
  void backward(const float* x, const float* gamma, const float* g, float* dx, float* dgamma, float* dbeta) const;

 private:
  std::size_t n_;
  std::size_t channels_;
  std::size_t length_;
  double epsilon_;
  std::vector<float> mean_;
  std::vector<float> inverse_deviation_;
};
