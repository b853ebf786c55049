#include "sigmoid.hpp"

#include <algorithm>
#include <cmath>

namespace wengert::hand_derived {

namespace {

long double sigmoid(long double z) {
  if (z >= 0.0L) return 1.0L / (1.0L + std::exp(-z));
  return std::exp(z) / (1.0L + std::exp(z));
}

}  // namespace

Values sigmoid_forward(const Array<double>& z) {
  Values p;
  for (double z_i : elements(z)) p.push_back(static_cast<double>(sigmoid(z_i)));  // [1]
  return p;
}

Values sigmoid_backward(const Array<double>& z, const Array<double>& d_p) {
  Values d_z;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const long double z_i = elements(z)[i];
    d_z.push_back(static_cast<double>(elements(d_p)[i] * sigmoid(z_i) * sigmoid(-z_i)));  // [2]
  }
  return d_z;
}

BinaryCrossEntropy binary_cross_entropy(const Array<double>& logits, const Array<double>& targets) {
  const auto N = static_cast<long double>(logits.size());
  BinaryCrossEntropy result;
  long double sum = 0.0L;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const long double z = elements(logits)[i], t = elements(targets)[i];
    sum += std::max(z, 0.0L) - z * t + std::log1p(std::exp(-std::abs(z)));
    result.d_logits.push_back(static_cast<double>((sigmoid(z) - t) / N));  // [4]
  }
  result.loss = static_cast<double>(sum / N);  // [3]
  return result;
}

}  // namespace wengert::hand_derived
