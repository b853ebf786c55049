#include "layer_norm.hpp"

#include <cmath>

namespace wengert::hand_derived {

namespace {

/// [1]: appends the mean, the deviation and x_hat of one row.
void normalise_row(LayerNorm& norm, std::span<const double> x, double epsilon) {
  const auto D = static_cast<long double>(x.size());
  long double sum = 0.0L;
  for (double value : x) sum += value;
  const auto mean = static_cast<double>(sum / D);
  long double sum_of_squares = 0.0L;
  for (double value : x) sum_of_squares += static_cast<long double>(value - mean) * (value - mean);
  const auto deviation = static_cast<double>(std::sqrt(sum_of_squares / D + epsilon));
  for (double value : x) norm.x_hat.push_back((value - mean) / deviation);
  norm.mean.push_back(mean);
  norm.deviation.push_back(deviation);
}

/// [4]: appends d_x of one row.
void backward_row(LayerNorm& norm, std::span<const double> d_x_hat, std::span<const double> x_hat, double deviation) {
  const auto D = static_cast<long double>(x_hat.size());
  long double sum = 0.0L, sum_of_products = 0.0L;
  for (std::size_t d = 0; d < x_hat.size(); ++d) {
    sum += d_x_hat[d];
    sum_of_products += static_cast<long double>(d_x_hat[d]) * x_hat[d];
  }
  for (std::size_t d = 0; d < x_hat.size(); ++d) {
    norm.d_x.push_back(static_cast<double>((d_x_hat[d] - sum / D - x_hat[d] * sum_of_products / D) / deviation));
  }
}

/// [5] and [6]: sums over the rows.
void parameter_gradients(LayerNorm& norm, std::span<const double> d_y, std::size_t D) {
  Sums d_gamma(D, 0.0L), d_beta(D, 0.0L);
  for (std::size_t i = 0; i < d_y.size(); ++i) {
    d_gamma[i % D] += static_cast<long double>(d_y[i]) * norm.x_hat[i];  // [5]
    d_beta[i % D] += d_y[i];                                             // [6]
  }
  norm.d_gamma.assign(d_gamma.begin(), d_gamma.end());
  norm.d_beta.assign(d_beta.begin(), d_beta.end());
}

}  // namespace

LayerNorm layer_norm(const Array<double>& x, const Array<double>& gamma, const Array<double>& beta, double epsilon,
                     const Array<double>& d_y) {
  const std::size_t D = gamma.size(), N = x.size() / D;
  LayerNorm norm;
  for (std::size_t n = 0; n < N; ++n) normalise_row(norm, elements(x).subspan(n * D, D), epsilon);
  for (std::size_t i = 0; i < x.size(); ++i) {
    norm.y.push_back(elements(gamma)[i % D] * norm.x_hat[i] + elements(beta)[i % D]);  // [2]
    norm.d_x_hat.push_back(elements(d_y)[i] * elements(gamma)[i % D]);                 // [3]
  }
  for (std::size_t n = 0; n < N; ++n) {
    const std::span<const double> d_x_hat(norm.d_x_hat), x_hat(norm.x_hat);
    backward_row(norm, d_x_hat.subspan(n * D, D), x_hat.subspan(n * D, D), norm.deviation[n]);
  }
  parameter_gradients(norm, elements(d_y), D);
  return norm;
}

}  // namespace wengert::hand_derived
