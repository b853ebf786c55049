#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/batch_norm.hpp>

#include <cmath>
#include <cstring>
#include <limits>

#include "../error_text.hpp"
#include "../hand_derived/plain_arrays.hpp"

using namespace wengert;
using hand_derived::compare;
using hand_derived::elements;
using hand_derived::Values;

namespace {

const Array<double> first_batch{{1, 10}, {3, 30}};     // means 2 and 20, biased variances 1 and 100
const Array<double> second_batch{{4, -40}, {10, 40}};  // means 7 and 0, biased variances 9 and 1600

void check_running(const nn::BatchNorm1d<double>& layer, const Values& mean, const Values& variance) {
  CHECK(compare(elements(layer.running().mean()), mean).largest <= 1e-15);
  CHECK(compare(elements(layer.running().variance()), variance).largest <= 1e-15);
}

std::vector<unsigned char> bytes_of_state(nn::Module<double>& module) {
  std::vector<unsigned char> bytes;
  for (const auto& [name, buffer] : module.named_buffers()) {
    const auto* begin = reinterpret_cast<const unsigned char*>(buffer->data());
    bytes.insert(bytes.end(), begin, begin + buffer->size() * sizeof(double));
  }
  return bytes;
}

}  // namespace

TEST_CASE("running statistics as PyTorch keeps them: a tenth of the batch, the unbiased variance") {
  nn::BatchNorm1d<double> layer(2, nn::BatchNormOptions::torch());
  check_running(layer, {0, 0}, {1, 1});
  layer(first_batch);
  check_running(layer, {0.2, 2}, {0.9 + 0.1 * 2, 0.9 + 0.1 * 200});
  layer(second_batch);
  check_running(layer, {0.9 * 0.2 + 0.7, 1.8}, {0.9 * 1.1 + 0.1 * 18, 0.9 * 20.9 + 0.1 * 3200});
  CHECK(*layer.named_buffers()[2].value->data() == 2.0);
}

TEST_CASE("running statistics as Keras keeps them: a hundredth of the batch, the biased variance") {
  nn::BatchNorm1d<double> layer(2, nn::BatchNormOptions::keras());
  layer(first_batch);
  check_running(layer, {0.02, 0.2}, {1, 0.99 + 1});
  layer(second_batch);
  check_running(layer, {0.99 * 0.02 + 0.07, 0.198}, {0.99 + 0.09, 0.99 * 1.99 + 16});
}

TEST_CASE("running statistics as the paper keeps them: the averages over all batches, the unbiased variance") {
  nn::BatchNorm1d<double> layer(2, nn::BatchNormOptions::paper());
  layer(first_batch);
  check_running(layer, {2, 20}, {2, 200});
  layer(second_batch);
  check_running(layer, {4.5, 10}, {10, 1700});
}

TEST_CASE("training normalises with the batch, by its biased variance and the preset's epsilon") {
  nn::BatchNorm1d<double> layer(2, nn::BatchNormOptions::keras());
  layer.weight().set_value(Array<double>{2, 3});
  layer.bias().set_value(Array<double>{5, 7});
  const double a = 2 / std::sqrt(1 + 1e-3), b = 3 * 10 / std::sqrt(100 + 1e-3);
  const Values expected{5 - a, 7 - b, 5 + a, 7 + b};
  CHECK(compare(elements(layer(first_batch).value()), expected).largest <= 1e-15);
}

TEST_CASE("an input of three axes has the statistics of its channels over samples and positions") {
  Generator generator(5);
  const Array<double> x = generator.normal<double>({4, 3, 5}, 2.0, 3.0);                              // (N, C, L)
  const auto as_rows = [](const Var<double>& a) { return reshape(permute(a, {0, 2, 1}), {20, 3}); };  // (N L, C)
  nn::BatchNorm1d<double> of_rows(3), of_channels(3);
  for (const bool training : {true, false}) {
    CAPTURE(training);
    of_rows.train(training);
    of_channels.train(training);
    const Var<double> expected = of_rows(as_rows(x));
    const Var<double> y = of_channels(x);
    CHECK(y.shape() == Shape{4, 3, 5});
    CHECK(compare(elements(as_rows(y).value()), elements(expected.value())).largest <= 1e-14);
    CHECK(compare(elements(of_channels.running().variance()), elements(of_rows.running().variance())).largest <= 1e-14);
  }
}

TEST_CASE("evaluation is an affine map by the running statistics, and so is its gradient") {
  Generator generator(9);
  const std::size_t n = 6, c = 3;
  for (const Shape& shape : {Shape{n, c}, Shape{2, c, 3}}) {
    CAPTURE(to_string(shape));
    nn::BatchNorm1d<double> layer(c);
    layer.weight().set_value(generator.normal<double>({c}));
    layer.bias().set_value(generator.normal<double>({c}));
    layer(generator.normal<double>(shape, 3.0, 2.0));
    layer.eval();
    const std::vector<unsigned char> before = bytes_of_state(layer);
    const Var<double> x = parameter(generator.normal<double>(shape), "x");
    const Array<double> g = generator.normal<double>(shape);
    Tape<double> tape;
    const Var<double> y = layer(x);
    tape.backward(sum(y * Var<double>(g)));
    CHECK(bytes_of_state(layer) == before);

    Values value, d_x, d_gamma(c), d_beta(c);
    const std::size_t inner = shape.size() == 2 ? 1 : shape[2];
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t k = i / inner % c;
      const double deviation = std::sqrt(layer.running().variance().data()[k] + 1e-5);
      const double xhat = (x.value().data()[i] - layer.running().mean().data()[k]) / deviation;
      const double gamma = layer.weight().value().data()[k];
      value.push_back(gamma * xhat + layer.bias().value().data()[k]);
      d_x.push_back(g.data()[i] * gamma / deviation);
      d_gamma[k] += g.data()[i] * xhat;
      d_beta[k] += g.data()[i];
    }
    CHECK(compare(elements(y.value()), value).largest <= 1e-14);
    CHECK(compare(elements(x.grad()), d_x).largest <= 1e-14);
    CHECK(compare(elements(layer.weight().grad()), d_gamma).largest <= 1e-14);
    CHECK(compare(elements(layer.bias().grad()), d_beta).largest <= 1e-14);
  }
}

TEST_CASE("the running variance is finite where the unbiased variance of the batch alone is not") {
  for (const double momentum : {0.1, 0.25}) {
    nn::BatchNorm1d<double> layer(2, {.momentum = momentum});
    layer(Var<double>(Array<double>{{-1e154, 1}, {1e154, 3}}));  // biased 1e308, unbiased 2e308
    CHECK(layer.running().variance().data()[0] == doctest::Approx(momentum * 2.0 * 1e308).epsilon(1e-14));
  }
}

TEST_CASE("a training batch of one value a channel is refused and changes nothing") {
  nn::BatchNorm1d<double> layer(2);
  layer(first_batch);
  const std::vector<unsigned char> before = bytes_of_state(layer);
  const std::string text = error_text([&] { layer(Array<double>{{1, 2}}); });
  CHECK(contains(text, "[BatchNorm1d] got an input of shape (1, 2) in training"));
  CHECK(contains(text, "eval()"));
  CHECK(contains(error_text([&] { layer(zeros<double>({1, 2, 1})); }), "(1, 2, 1)"));
  CHECK(contains(error_text([&] { layer(zeros<double>({0, 2})); }), "(0, 2)"));
  CHECK(contains(error_text([&] { layer(zeros<double>({4, 3})); }), "expected (N, 2) or (N, 2, L)"));
  CHECK(contains(error_text([&] { layer(zeros<double>({4})); }), "expected (N, 2) or (N, 2, L)"));
  CHECK(bytes_of_state(layer) == before);
  layer.eval();
  CHECK(layer(Array<double>{{1, 2}}).shape() == Shape{1, 2});
  CHECK(layer(zeros<double>({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("a batch of one sample with several positions can be trained on") {
  nn::BatchNorm1d<double> layer(1);
  layer(Array<double>{{{1, 3}}});
  check_running(layer, {0.2}, {1.1});
}

TEST_CASE("a bias before batch norm has no gradient, because the gradient flows through the batch's mean") {
  Generator generator(2);
  const Var<double> shift = parameter(generator.normal<double>({3}), "shift");
  const Var<double> x(generator.normal<double>({16, 3}));
  const Array<double> g = generator.normal<double>({16, 3});
  nn::BatchNorm1d<double> layer(3);
  Tape<double> tape;
  tape.backward(sum(layer(x + shift) * Var<double>(g)));
  // each is a sum of 16 terms of size one that cancel
  for (const double d : elements(shift.grad())) CHECK(std::abs(d) <= 1e-14);
}

TEST_CASE("options that make no sense are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double momentum : {-0.1, 1.1, nan}) {
    CHECK(contains(error_text([&] { nn::BatchNorm1d<float>(2, {.momentum = momentum}); }), "[BatchNorm1d] momentum"));
  }
  for (const double epsilon : {0.0, -1e-5, nan}) {
    CHECK(contains(error_text([&] { nn::BatchNorm1d<float>(2, {.epsilon = epsilon}); }), "[BatchNorm1d] epsilon"));
  }
  CHECK(contains(error_text([&] { nn::BatchNorm1d<float>(0); }), "0 channels"));
}

TEST_CASE("float agrees with double") {
  Generator generator(4);
  const Array<double> x = generator.normal<double>({32, 7}, 1.0, 2.0);
  nn::BatchNorm1d<float> single(7);
  nn::BatchNorm1d<double> precise(7);
  const Array<double> y = wengert::cast<double>(single(wengert::cast<float>(x)).value());
  // inputs are rounded to 6e-8 of values up to 10, and y is of size one
  CHECK(compare(elements(y), elements(precise(x).value())).largest <= 2e-6);
  CHECK(compare(elements(wengert::cast<double>(single.running().variance())), elements(precise.running().variance()))
            .largest <= 1e-6);
}

TEST_CASE(
    "a float counts the batches beyond 2^24, as far as it can show them, and goes on from a count that is loaded") {
  nn::BatchNorm1d<float> layer(2);
  const Var<float> x(Array<float>{{1, 2}, {3, 5}});
  float& counter = *layer.named_buffers()[2].value->data();
  counter = 16777214.0F;
  for (const float expected : {16777215.0F, 16777216.0F, 16777216.0F, 16777218.0F, 16777220.0F, 16777220.0F}) {
    layer(x);
    CHECK(counter == expected);
  }
  counter = 33554432.0F;
  for (int k = 0; k < 4; ++k) layer(x);
  CHECK(counter == 33554436.0F);
  counter = 0.0F;
  layer(x);
  CHECK(counter == 1.0F);
}
