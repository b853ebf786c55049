#include "linear.hpp"

namespace wengert::hand_derived {

Values linear_forward(const Array<double>& x_array, const Array<double>& weight_array, const Array<double>& bias) {
  const std::size_t N = x_array.shape()[0], D = x_array.shape()[1], K = weight_array.shape()[0];
  const std::span<const double> x = elements(x_array), weight = elements(weight_array);
  Values y(N * K);
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t k = 0; k < K; ++k) {
      long double sum = elements(bias)[k];
      for (std::size_t d = 0; d < D; ++d) sum += static_cast<long double>(x[n * D + d]) * weight[k * D + d];
      y[n * K + k] = static_cast<double>(sum);
    }
  }
  return y;
}

LinearBackward linear_backward(const Array<double>& x_array, const Array<double>& weight_array,
                               const Array<double>& d_y_array) {
  const std::size_t N = x_array.shape()[0], D = x_array.shape()[1], K = weight_array.shape()[0];
  const std::span<const double> x = elements(x_array), weight = elements(weight_array), d_y = elements(d_y_array);
  Sums d_x(N * D, 0.0L), d_weight(K * D, 0.0L), d_bias(K, 0.0L);
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t k = 0; k < K; ++k) {
      const long double g = d_y[n * K + k];
      for (std::size_t d = 0; d < D; ++d) {
        d_x[n * D + d] += g * weight[k * D + d];  // [1]
        d_weight[k * D + d] += g * x[n * D + d];  // [2]
      }
      d_bias[k] += g;  // [3]
    }
  }
  return {Values(d_x.begin(), d_x.end()), Values(d_weight.begin(), d_weight.end()),
          Values(d_bias.begin(), d_bias.end())};
}

}  // namespace wengert::hand_derived
