#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>

#include <algorithm>
#include <cmath>

#include "finite_difference.hpp"
#include "layer_norm.hpp"
#include "linear.hpp"
#include "sigmoid.hpp"
#include "softmax_cross_entropy.hpp"

using namespace wengert;
using namespace wengert::hand_derived;

namespace {

Array<double> from_values(const Shape& shape, const Values& values) {
  Array<double> array = empty<double>(shape);
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

/// sum d_y y for y = x W^T + b.
long double linear_loss(const Wide& x, const Wide& weight, const Wide& bias, const Wide& d_y) {
  const std::size_t K = bias.size(), N = d_y.size() / K, D = x.size() / N;
  long double loss = 0.0L;
  for (std::size_t i = 0; i < N * K; ++i) {
    loss += d_y[i] * bias[i % K];
    for (std::size_t d = 0; d < D; ++d) loss += d_y[i] * x[i / K * D + d] * weight[i % K * D + d];
  }
  return loss;
}

/// sum d_y y for layer normalisation over rows as long as gamma.
long double layer_norm_loss(const Wide& x, const Wide& gamma, const Wide& beta, long double epsilon, const Wide& d_y) {
  const std::size_t D = gamma.size();
  long double loss = 0.0L;
  for (std::size_t n = 0; n < x.size() / D; ++n) {
    const Wide row(x.begin() + static_cast<std::ptrdiff_t>(n * D),
                   x.begin() + static_cast<std::ptrdiff_t>((n + 1) * D));
    const Wide one_over_D(D, 1.0L / static_cast<long double>(D));
    const long double mean = inner_product(row, one_over_D);
    const long double variance = inner_product(row, row) / static_cast<long double>(D) - mean * mean;
    for (std::size_t d = 0; d < D; ++d) {
      loss += d_y[n * D + d] * (gamma[d] * (row[d] - mean) / std::sqrt(variance + epsilon) + beta[d]);
    }
  }
  return loss;
}

/// -1/N sum_n log(exp z[n][label_n] / sum_j exp z[n][j]), for moderate logits.
long double cross_entropy_loss(const Wide& z, const std::vector<std::size_t>& labels) {
  const std::size_t N = labels.size(), K = z.size() / N;
  long double loss = 0.0L;
  for (std::size_t n = 0; n < N; ++n) {
    long double sum = 0.0L;
    for (std::size_t k = 0; k < K; ++k) sum += std::exp(z[n * K + k]);
    loss -= std::log(std::exp(z[n * K + labels[n]]) / sum) / static_cast<long double>(N);
  }
  return loss;
}

/// -1/N sum (t log p + (1 - t) log(1 - p)), p = 1 / (1 + exp(-z)), for moderate logits.
long double binary_cross_entropy_loss(const Wide& z, const Wide& t) {
  long double sum = 0.0L;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const long double p = 1.0L / (1.0L + std::exp(-z[i]));
    sum -= t[i] * std::log(p) + (1.0L - t[i]) * std::log(1.0L - p);
  }
  return sum / static_cast<long double>(z.size());
}

}  // namespace

TEST_CASE("a comparison tells exact, close, wrong and not a number apart") {
  const Values expected{1.0, -4.0, 0.0};
  CHECK(compare(expected, expected).exact);
  CHECK(compare(Values{1.0, -4.0, 1.0}, expected).largest == 0.25);
  CHECK(compare(Values{1.0, -4.0, 1.0}, expected).index == 2);
  CHECK(compare(Values{1.0, -4.0, 1.0}, expected, Values{1.0, 1.0, 2.0}).largest == 0.5);
  CHECK(std::isinf(compare(Values{1.0, std::nan(""), 0.0}, expected).largest));
  CHECK(std::isinf(compare(Values{1.0, -4.0}, expected).largest));
}

TEST_CASE("the linear layer by hand agrees with finite differences") {
  Generator generator(4);
  const Array<double> x = generator.normal<double>({5, 3}), weight = generator.normal<double>({4, 3});
  const Array<double> bias = generator.normal<double>({4}), d_y = generator.normal<double>({5, 4});
  const Wide wx = widen(x), ww = widen(weight), wb = widen(bias), wg = widen(d_y);
  const Values y = linear_forward(x, weight, bias);
  CHECK(std::abs(static_cast<double>(inner_product(Wide(y.begin(), y.end()), wg) - linear_loss(wx, ww, wb, wg))) <
        1e-13);
  const LinearBackward back = linear_backward(x, weight, d_y);
  const auto loss_of_x = [&](const Wide& v) { return linear_loss(v, ww, wb, wg); };
  const auto loss_of_weight = [&](const Wide& v) { return linear_loss(wx, v, wb, wg); };
  const auto loss_of_bias = [&](const Wide& v) { return linear_loss(wx, ww, v, wg); };
  CHECK(compare(back.d_x, numeric_gradient(loss_of_x, wx)).largest < 1e-10);
  CHECK(compare(back.d_weight, numeric_gradient(loss_of_weight, ww)).largest < 1e-10);
  CHECK(compare(back.d_bias, numeric_gradient(loss_of_bias, wb)).largest < 1e-10);
}

TEST_CASE("layer norm by hand agrees with finite differences") {
  Generator generator(5);
  const Array<double> x = generator.normal<double>({4, 8}, 2.0, 1.5), gamma = generator.normal<double>({8});
  const Array<double> beta = generator.normal<double>({8}), d_y = generator.normal<double>({4, 8});
  const double epsilon = 0.1;
  const Wide wx = widen(x), wgamma = widen(gamma), wbeta = widen(beta), wg = widen(d_y);
  const LayerNorm norm = layer_norm(x, gamma, beta, epsilon, d_y);
  const long double loss = inner_product(Wide(norm.y.begin(), norm.y.end()), wg);
  CHECK(std::abs(static_cast<double>(loss - layer_norm_loss(wx, wgamma, wbeta, epsilon, wg))) < 1e-13);
  const auto loss_of_x = [&](const Wide& v) { return layer_norm_loss(v, wgamma, wbeta, epsilon, wg); };
  const auto loss_of_gamma = [&](const Wide& v) { return layer_norm_loss(wx, v, wbeta, epsilon, wg); };
  const auto loss_of_beta = [&](const Wide& v) { return layer_norm_loss(wx, wgamma, v, epsilon, wg); };
  CHECK(compare(norm.d_x, numeric_gradient(loss_of_x, wx)).largest < 1e-10);
  CHECK(compare(norm.d_gamma, numeric_gradient(loss_of_gamma, wgamma)).largest < 1e-10);
  CHECK(compare(norm.d_beta, numeric_gradient(loss_of_beta, wbeta)).largest < 1e-10);
}

TEST_CASE("softmax with cross-entropy by hand agrees with finite differences") {
  Generator generator(6);
  const Array<double> logits = generator.normal<double>({6, 5}, 0.0, 3.0);
  const std::vector<std::size_t> labels{0, 4, 2, 2, 1, 3};
  const SoftmaxCrossEntropy result = softmax_cross_entropy(logits, labels);
  const auto loss = [&](const Wide& z) { return cross_entropy_loss(z, labels); };
  CHECK(std::abs(result.loss - static_cast<double>(loss(widen(logits)))) < 1e-14);
  CHECK(compare(result.d_logits, numeric_gradient(loss, widen(logits))).largest < 1e-10);
}

TEST_CASE("softmax with cross-entropy by hand is exact for logits of a thousand") {
  const Array<double> logits = from_values({2, 3}, {1e3, -1e3, 0.0, -1e3, -1e3, -1e3});
  const SoftmaxCrossEntropy result = softmax_cross_entropy(logits, std::vector<std::size_t>{1, 0});
  CHECK(result.loss == doctest::Approx((2000.0 + std::log(3.0)) / 2.0).epsilon(1e-15));
  const Values expected{0.5, -0.5, 0.0, -1.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0};
  CHECK(compare(result.d_logits, expected).largest < 1e-15);
}

TEST_CASE("the sigmoid and its cross-entropy by hand agree with finite differences") {
  Generator generator(7);
  const Array<double> z = generator.normal<double>({3, 4}, 0.0, 3.0), targets = generator.uniform<double>({3, 4});
  const Array<double> d_p = generator.normal<double>({3, 4});
  const auto sigmoid_loss = [g = widen(d_p)](const Wide& v) {
    long double sum = 0.0L;
    for (std::size_t i = 0; i < v.size(); ++i) sum += g[i] * 0.5L * (1.0L + std::tanh(0.5L * v[i]));
    return sum;
  };
  const Values p = sigmoid_forward(z);
  const long double loss = inner_product(Wide(p.begin(), p.end()), widen(d_p));
  CHECK(std::abs(static_cast<double>(loss - sigmoid_loss(widen(z)))) < 1e-14);
  CHECK(compare(sigmoid_backward(z, d_p), numeric_gradient(sigmoid_loss, widen(z))).largest < 1e-10);

  const auto cross_entropy = [t = widen(targets)](const Wide& v) { return binary_cross_entropy_loss(v, t); };
  const BinaryCrossEntropy result = binary_cross_entropy(z, targets);
  CHECK(std::abs(result.loss - static_cast<double>(cross_entropy(widen(z)))) < 1e-14);
  CHECK(compare(result.d_logits, numeric_gradient(cross_entropy, widen(z))).largest < 1e-10);
}

TEST_CASE("binary cross-entropy by hand is exact for logits of a thousand") {
  const Array<double> z = from_values({4}, {1e3, -1e3, 1e3, -1e3}), targets = from_values({4}, {1.0, 1.0, 0.0, 0.0});
  const BinaryCrossEntropy result = binary_cross_entropy(z, targets);
  CHECK(result.loss == 500.0);
  CHECK(result.d_logits == Values{0.0, -0.25, 0.25, 0.0});
  CHECK(sigmoid_backward(z, ones<double>({4})) == Values{0.0, 0.0, 0.0, 0.0});
}
