#include "hand_batch_norm.hpp"

#include <autograd/kernel/folds.hpp>

#include <cmath>

namespace {

using L = wengert::Lane<float>;
using wengert::kernel::CompensatedSum;
using wengert::kernel::PlainSum;
constexpr std::size_t width = static_cast<std::size_t>(L::width);

template <class Sum>
double total(const Sum& sum) {
  wengert::kernel::Total<float> result;
  sum.add_to(result);
  return result.divided_by(1.0).sum;
}

/// The sum of f(x[i]) over one row, in two chains of additions.
template <class Sum, class F>
double sum_row(const float* x, std::size_t length, const F f) {
  Sum even;
  Sum odd;
  std::size_t i = 0;
  for (; i + 2 * width <= length; i += 2 * width) {
    even.add(f(L::load(x + i)));
    odd.add(f(L::load(x + i + width)));
  }
  for (; i + width <= length; i += width) even.add(f(L::load(x + i)));
  even.merge(odd);
  double rest = 0.0;
  for (; i < length; ++i) {
    float element[width];
    f(L(static_cast<double>(x[i]))).store(element);
    rest += static_cast<double>(element[0]);
  }
  return total(even) + rest;
}

}  // namespace

HandBatchNorm::HandBatchNorm(std::size_t n, std::size_t channels, std::size_t length, double epsilon)
    : n_(n), channels_(channels), length_(length), epsilon_(epsilon), mean_(channels), inverse_deviation_(channels) {}

void HandBatchNorm::forward(const float* x, const float* gamma, const float* beta, float* y) {
  const double count = static_cast<double>(n_ * length_);
  for (std::size_t c = 0; c < channels_; ++c) {
    const auto row = [&](std::size_t n) { return (n * channels_ + c) * length_; };
    double sum = 0.0;
    for (std::size_t n = 0; n < n_; ++n) {
      sum += sum_row<CompensatedSum<L>>(x + row(n), length_, [](const L& a) { return a; });
    }
    const double mean = static_cast<double>(static_cast<float>(sum / count));
    double squares = 0.0;
    for (std::size_t n = 0; n < n_; ++n) {
      squares += sum_row<CompensatedSum<L>>(x + row(n), length_, [m = L(mean)](const L& a) {
        const L d = a - m;
        return d * d;
      });
    }
    const double inverse = 1.0 / std::sqrt(squares / count + epsilon_);
    mean_[c] = static_cast<float>(mean);
    inverse_deviation_[c] = static_cast<float>(inverse);
    const float scale = static_cast<float>(gamma[c] * inverse);
    const float shift = static_cast<float>(beta[c] - mean * scale);
    const L scale_lane = static_cast<double>(scale);
    const L shift_lane = static_cast<double>(shift);
    for (std::size_t n = 0; n < n_; ++n) {
      const float* from = x + row(n);
      float* to = y + row(n);
      std::size_t i = 0;
      for (; i + width <= length_; i += width) (L::load(from + i) * scale_lane + shift_lane).store(to + i);
      for (; i < length_; ++i) to[i] = from[i] * scale + shift;
    }
  }
}

void HandBatchNorm::backward(const float* x, const float* gamma, const float* g, float* dx, float* dgamma,
                             float* dbeta) const {
  const double count = static_cast<double>(n_ * length_);
  for (std::size_t c = 0; c < channels_; ++c) {
    const auto row = [&](std::size_t n) { return (n * channels_ + c) * length_; };
    const float mean = mean_[c];
    const L mean_lane = static_cast<double>(mean);
    double sum_g = 0.0;
    double sum_g_centred = 0.0;
    for (std::size_t n = 0; n < n_; ++n) {
      const float* from = x + row(n);
      const float* cotangent = g + row(n);
      PlainSum<L> sums;
      PlainSum<L> products;
      std::size_t i = 0;
      for (; i + width <= length_; i += width) {
        const L d = L::load(cotangent + i);
        sums.add(d);
        products.add(d * (L::load(from + i) - mean_lane));
      }
      sum_g += total(sums);
      sum_g_centred += total(products);
      for (; i < length_; ++i) {
        sum_g += static_cast<double>(cotangent[i]);
        sum_g_centred += static_cast<double>(cotangent[i] * (from[i] - mean));
      }
    }
    const double inverse = inverse_deviation_[c];
    const double sum_g_xhat = sum_g_centred * inverse;
    dgamma[c] = static_cast<float>(sum_g_xhat);
    dbeta[c] = static_cast<float>(sum_g);
    const float scale = static_cast<float>(gamma[c] * inverse);
    const float mean_g = static_cast<float>(sum_g / count);
    const float slope = static_cast<float>(sum_g_xhat / count * inverse);
    const L scale_lane = static_cast<double>(scale);
    const L mean_g_lane = static_cast<double>(mean_g);
    const L slope_lane = static_cast<double>(slope);
    for (std::size_t n = 0; n < n_; ++n) {
      const float* from = x + row(n);
      const float* cotangent = g + row(n);
      float* to = dx + row(n);
      std::size_t i = 0;
      for (; i + width <= length_; i += width) {
        const L centred = L::load(from + i) - mean_lane;
        (scale_lane * (L::load(cotangent + i) - mean_g_lane - centred * slope_lane)).store(to + i);
      }
      for (; i < length_; ++i) to[i] = scale * (cotangent[i] - mean_g - (from[i] - mean) * slope);
    }
  }
}
