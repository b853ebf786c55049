#include <doctest/doctest.h>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/batch_norm.hpp>
#include <nn/layers/group_norm.hpp>
#include <nn/layers/instance_norm.hpp>
#include <nn/layers/layer_norm.hpp>

#include <cmath>

#include "../error_text.hpp"
#include "../hand_derived/layer_norm.hpp"
#include "../hand_derived/plain_arrays.hpp"

using namespace wengert;
using hand_derived::compare;
using hand_derived::elements;
using hand_derived::Values;

namespace {

/// A layer with random γ and β, its output for a random x and its gradients for a random cotangent.
struct Run {
  Array<double> gamma, beta, x, d_y, y, d_x;
  std::vector<Array<double>> d_parameters;
};

Run run(nn::Module<double>& layer, const Var<double>& weight, const Var<double>& bias, const Shape& shape) {
  Generator generator(31);
  for (const Var<double>& parameter : layer.parameters())
    parameter.set_value(generator.normal<double>(parameter.shape()));
  const Var<double> x = parameter(generator.normal<double>(shape, 3.0, 2.0), "x");
  const Array<double> cotangent = generator.normal<double>(shape);
  Tape<double> tape;
  const Var<double> y = layer(x);
  tape.backward(sum(y * Var<double>(cotangent)));
  Run result{weight.value(), bias.value(), x.value(), cotangent, y.value(), x.grad(), {}};
  for (const Var<double>& parameter : layer.parameters()) result.d_parameters.push_back(parameter.grad());
  return result;
}

/// What group normalisation is to compute, by plain loops: group g of sample n holds the elements of (n, g) in a row,
/// and there
///   d_x = 1/s (γ d_y - mean(γ d_y) - x_hat mean(γ d_y x_hat))
/// as in the derivation of layer_norm.hpp, with the γ of the element's channel.
struct ByHand {
  Values y, d_x, d_gamma, d_beta;
};

ByHand group_norm_by_hand(const Run& run, std::size_t groups_of_sample, std::size_t channels) {
  const std::size_t size = run.x.size(), positions = size / run.x.shape()[0] / channels;
  const std::size_t members = channels / groups_of_sample * positions;
  const auto channel = [&](std::size_t i) { return i / positions % channels; };
  ByHand result{{}, {}, Values(channels), Values(channels)};
  for (std::size_t first = 0; first < size; first += members) {
    const std::span<const double> x = elements(run.x).subspan(first, members);
    const double m = static_cast<double>(members);
    double mean = 0.0, variance = 0.0;
    for (const double value : x) mean += value / m;
    for (const double value : x) variance += (value - mean) * (value - mean) / m;
    const double s = std::sqrt(variance + 1e-5);
    double sum = 0.0, sum_of_products = 0.0;
    for (std::size_t i = first; i < first + members; ++i) {
      const double x_hat = (run.x.data()[i] - mean) / s, g = run.d_y.data()[i];
      const double gamma = run.gamma.data()[channel(i)];
      result.y.push_back(gamma * x_hat + run.beta.data()[channel(i)]);
      result.d_gamma[channel(i)] += g * x_hat;
      result.d_beta[channel(i)] += g;
      sum += gamma * g;
      sum_of_products += gamma * g * x_hat;
    }
    for (std::size_t i = first; i < first + members; ++i) {
      const double x_hat = (run.x.data()[i] - mean) / s, gamma = run.gamma.data()[channel(i)];
      result.d_x.push_back((gamma * run.d_y.data()[i] - sum / m - x_hat * sum_of_products / m) / s);
    }
  }
  return result;
}

/// Sums of up to 40 terms, each of which is rounded a few times.
constexpr double by_rounding = 1e-13;

template <class Expected>
void check_agreement(const Run& run, const Expected& by_hand) {
  CHECK(compare(elements(run.y), by_hand.y).largest <= by_rounding);
  CHECK(compare(elements(run.d_x), by_hand.d_x).largest <= by_rounding);
  if (run.d_parameters.empty()) return;
  CHECK(compare(elements(run.d_parameters[0]), by_hand.d_gamma).largest <= by_rounding);
  CHECK(compare(elements(run.d_parameters[1]), by_hand.d_beta).largest <= by_rounding);
}

}  // namespace

TEST_CASE("layer norm and its gradients are those of the hand-derived backprop") {
  for (const bool affine : {true, false}) {
    for (const Shape& shape : {Shape{3, 5}, Shape{2, 4, 5}, Shape{7, 33}}) {
      CAPTURE(to_string(shape));
      nn::LayerNorm<double> layer(shape.back(), {.affine = affine});
      const Run r = run(layer, layer.weight(), layer.bias(), shape);
      check_agreement(r, hand_derived::layer_norm(r.x, r.gamma, r.beta, 1e-5, r.d_y));
    }
  }
}

TEST_CASE("layer norm over several axes is that over one axis of as many elements") {
  nn::LayerNorm<double> layer({2, 3, 4});
  const Run r = run(layer, layer.weight(), layer.bias(), {5, 2, 3, 4});
  check_agreement(r, hand_derived::layer_norm(r.x, r.gamma, r.beta, 1e-5, r.d_y));
  CHECK(layer.weight().shape() == Shape{2, 3, 4});
}

// A group of two values has hardly a gradient, as it is ±1 whatever they are; here they have six and more.
TEST_CASE("group norm and its gradients are those of plain loops") {
  for (const bool affine : {true, false}) {
    for (const std::size_t groups : {1u, 2u, 3u}) {
      for (const Shape& shape : {Shape{3, 24}, Shape{2, 6, 5}, Shape{2, 6, 3, 2}, Shape{1, 6, 2, 1, 3}}) {
        CAPTURE(to_string(shape));
        CAPTURE(groups);
        nn::GroupNorm<double> layer(groups, shape[1], {.affine = affine});
        const Run r = run(layer, layer.weight(), layer.bias(), shape);
        check_agreement(r, group_norm_by_hand(r, groups, shape[1]));
      }
    }
  }
}

TEST_CASE("instance norm and its gradients are those of plain loops, each channel a group of its own") {
  for (const bool affine : {true, false}) {
    nn::InstanceNorm1d<double> of_rows(4, {.affine = affine});
    const Run rows = run(of_rows, of_rows.weight(), of_rows.bias(), {3, 4, 7});
    check_agreement(rows, group_norm_by_hand(rows, 4, 4));
    nn::InstanceNorm2d<double> of_images(4, {.affine = affine});
    const Run images = run(of_images, of_images.weight(), of_images.bias(), {3, 4, 2, 5});
    check_agreement(images, group_norm_by_hand(images, 4, 4));
  }
}

TEST_CASE("layer, group and instance norm are three entries of one formula, and the same in evaluation") {
  Generator generator(4);
  const Var<double> x = parameter(generator.normal<double>({2, 4, 6}), "x");
  nn::LayerNorm<double> layer({4, 6});
  nn::InstanceNorm1d<double> instance(4);
  for (nn::Module<double>* module : std::initializer_list<nn::Module<double>*>{&layer, &instance}) {
    Tape<double> tape;
    const Array<double> y = (*module)(x).value();
    std::size_t operations = 0;
    for (std::size_t slot = 0; slot < tape.size(); ++slot) operations += tape.entry(slot).is_leaf() ? 0u : 1u;
    CHECK(operations == 3);
    module->eval();
    CHECK((*module)(x).value() == y);
  }
}

TEST_CASE("an epsilon of one's own is the one that is added to the variance") {
  const Array<double> x{{1.0, -1.0}};  // mean 0 and variance 1, in every group
  const auto first = [&](nn::Module<double>& layer, const Shape& shape) {
    Array<double> input = x;
    input.reshape(shape);
    return layer(input).value().data()[0];
  };
  nn::LayerNorm<double> layer(2, {.epsilon = 3.0});
  nn::GroupNorm<double> group(1, 2, {.epsilon = 3.0});
  nn::InstanceNorm1d<double> instance(1, {.epsilon = 3.0});
  CHECK(first(layer, {1, 2}) == 0.5);
  CHECK(first(group, {1, 2}) == 0.5);
  CHECK(first(instance, {1, 1, 2}) == 0.5);
}

TEST_CASE_TEMPLATE("a sample far from zero keeps its digits, and a constant one becomes β", T, float, double) {
  nn::LayerNorm<T> layer(4);
  const Array<T> y = layer(Array<T>{{1'000'001, 999'999, 1'000'001, 999'999}, {7, 7, 7, 7}}).value();
  const T one = T(1.0 / std::sqrt(1.0 + 1e-5));
  CHECK(std::abs(y(0, 0) - one) <= 4 * std::numeric_limits<T>::epsilon());
  CHECK(std::abs(y(0, 1) + one) <= 4 * std::numeric_limits<T>::epsilon());
  for (std::size_t k = 0; k < 4; ++k) CHECK(y(1, k) == T(0));
}

TEST_CASE_TEMPLATE("how a sample is normalised does not depend on the other samples", T, float, double) {
  Generator generator(3);
  const double far = std::same_as<T, float> ? 1e4 : 1e10;  // where a mean that is rounded loses what shows
  for (std::size_t features = 2; features <= 40; ++features) {
    CAPTURE(features);
    const Array<T> near = generator.normal<T>({1, features});
    Array<T> both = empty<T>({2, features});
    for (std::size_t k = 0; k < features; ++k) {
      both.data()[k] = near.data()[k];
      both.data()[features + k] = static_cast<T>(far + 1e-3 * static_cast<double>(near.data()[k]));
    }
    nn::LayerNorm<T> layer(features);
    const Array<T> alone = layer(Var<T>(near)).value(), together = layer(Var<T>(both)).value();
    CHECK(std::equal(alone.begin(), alone.end(), together.begin()));
  }
}

TEST_CASE("shapes and options that make no sense are refused, with what was expected") {
  using nn::GroupNorm, nn::InstanceNorm1d, nn::InstanceNorm2d, nn::LayerNorm;
  const auto refusal = [](auto& layer, const Shape& shape) {
    return error_text([&] { layer(Var<float>(zeros<float>(shape)).named("h")); });
  };
  LayerNorm<float> layer(Shape{3, 4});
  CHECK(contains(refusal(layer, {2, 4, 3}), "[LayerNorm] got 'h' (2, 4, 3); expected the last extents (3, 4)"));
  CHECK(contains(refusal(layer, {4}), "'h' (4,)"));
  GroupNorm<float> group(2, 6);
  CHECK(contains(refusal(group, {2, 5}), "[GroupNorm] got 'h' (2, 5); expected (N, 6)"));
  GroupNorm<float> each(6, 6);
  CHECK(contains(refusal(each, {2, 6}), "1 value(s) a group"));
  InstanceNorm1d<float> rows(3);
  CHECK(contains(refusal(rows, {2, 3}), "[InstanceNorm1d] got 'h' (2, 3); expected (N, 3, L)"));
  CHECK(contains(refusal(rows, {2, 3, 1}), "1 position(s) a channel"));
  InstanceNorm2d<float> images(3);
  CHECK(contains(refusal(images, {2, 3, 4}), "[InstanceNorm2d] got 'h' (2, 3, 4); expected (N, 3, H, W)"));

  CHECK(contains(error_text([] { LayerNorm<float>(1); }), "[LayerNorm] got the normalised shape (1,)"));
  CHECK(contains(error_text([] { LayerNorm<float>(Shape{}); }), "[LayerNorm] got the normalised shape ()"));
  CHECK(contains(error_text([] { GroupNorm<float>(4, 6); }), "[GroupNorm] got 4 group(s) of 6 channels"));
  CHECK(contains(error_text([] { GroupNorm<float>(0, 6); }), "[GroupNorm] got 0 group(s)"));
  CHECK(contains(error_text([] { InstanceNorm1d<float>(0); }), "[InstanceNorm1d] got 0 channels"));
  for (const double epsilon : {0.0, -1.0, std::nan("")}) {
    CHECK(contains(error_text([&] { LayerNorm<float>(4, {.epsilon = epsilon}); }), "[LayerNorm] epsilon"));
    CHECK(contains(error_text([&] { GroupNorm<float>(2, 4, {.epsilon = epsilon}); }), "[GroupNorm] epsilon"));
    CHECK(contains(error_text([&] { InstanceNorm2d<float>(4, {.epsilon = epsilon}); }), "[InstanceNorm2d] epsilon"));
  }
}

namespace {

/// The gradient of a layer norm of one row, for the cotangent (1, 2, 5).
Array<float> row_gradient(const Array<float>& row, double epsilon) {
  nn::LayerNorm<float> layer(3, {.epsilon = epsilon});
  const Var<float> x = parameter(row, "x");
  Tape<float> tape;
  tape.backward(sum(layer(x) * Var<float>(Array<float>{{1, 2, 5}})));
  return x.grad();
}

void check_close(const Array<float>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(std::abs(actual.data()[i] / expected[i] - 1.0) < 1e-4);  // they are far below 1, or far above
}

}  // namespace

// (variance + epsilon)^-1.5 alone is 0 or infinite as a float.
TEST_CASE("the gradient of a normalisation is right where the derivative of rsqrt leaves the range") {
  check_close(row_gradient({{0, 1e15F, 3e15F}}, 1e-5), {1.1454053e-16, -1.7181080e-16, 5.7270266e-17});
  check_close(row_gradient({{1, 1, 1}}, 1e-30), {-5.0 / 3 * 1e15, -2.0 / 3 * 1e15, 7.0 / 3 * 1e15});
  check_close(row_gradient({{0, 1e-15F, 3e-15F}}, 1e-36), {1.1454053e14, -1.7181080e14, 5.7270266e13});
}

TEST_CASE("a normalisation that refuses its input leaves no trace of its parameters on the tape") {
  const auto source = parameter(ones<double>({2, 4, 3, 2}), "source");
  const Var<double> old = [&] {
    Tape<double> ended;
    return (source * 2.0).named("old");
  }();
  nn::BatchNorm2d<double> batch(4);
  nn::InstanceNorm2d<double> instance(4);
  nn::GroupNorm<double> group(2, 4);
  Tape<double> tape;
  for (nn::Module<double>* layer : std::initializer_list<nn::Module<double>*>{&batch, &instance, &group}) {
    CHECK(contains(error_text([&] { (*layer)(old); }), "'old' (2, 4, 3, 2) was recorded by a tape that is no longer"));
    CHECK(tape.size() == 0);
  }
}
