#include "softmax_cross_entropy.hpp"

#include <algorithm>
#include <cmath>

namespace wengert::hand_derived {

SoftmaxCrossEntropy softmax_cross_entropy(const Array<double>& logits, std::span<const std::size_t> labels) {
  const std::size_t N = logits.shape()[0], K = logits.shape()[1];
  SoftmaxCrossEntropy result;
  long double sum_of_losses = 0.0L;
  for (std::size_t n = 0; n < N; ++n) {
    const std::span<const double> z = elements(logits).subspan(n * K, K);
    const long double largest = *std::max_element(z.begin(), z.end());
    long double sum_of_exponentials = 0.0L;
    for (std::size_t k = 0; k < K; ++k) sum_of_exponentials += std::exp(z[k] - largest);
    sum_of_losses += largest + std::log(sum_of_exponentials) - z[labels[n]];
    for (std::size_t k = 0; k < K; ++k) {
      const long double probability = std::exp(z[k] - largest) / sum_of_exponentials;  // [1]
      const long double one_hot = k == labels[n] ? 1.0L : 0.0L;
      result.probability.push_back(static_cast<double>(probability));
      result.d_logits.push_back(static_cast<double>((probability - one_hot) / static_cast<long double>(N)));  // [3]
    }
  }
  result.loss = static_cast<double>(sum_of_losses / static_cast<long double>(N));  // [2]
  return result;
}

}  // namespace wengert::hand_derived
