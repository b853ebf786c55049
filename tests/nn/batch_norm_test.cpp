#include <doctest/doctest.h>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/batch_norm.hpp>

#include "../error_text.hpp"
#include "../hand_derived/plain_arrays.hpp"

using namespace wengert;
using hand_derived::compare;
using hand_derived::elements;

TEST_CASE("images are normalised as their rows of pixels are, with the same running statistics") {
  Generator generator(5);
  const Var<double> x = parameter(generator.normal<double>({4, 3, 2, 5}, 2.0, 3.0), "x");
  const Array<double> g = generator.normal<double>({4, 3, 2, 5});
  const auto as_rows = [](const Var<double>& a) { return reshape(a, {4, 3, 10}); };  // (N, C, H W)
  nn::BatchNorm1d<double> of_rows(3);
  nn::BatchNorm2d<double> of_images(3);
  for (const bool training : {true, false}) {
    CAPTURE(training);
    of_rows.train(training);
    of_images.train(training);
    x.zero_grad();
    Tape<double> tape;
    const Var<double> expected = of_rows(as_rows(x));
    const Var<double> y = of_images(x);
    CHECK(y.shape() == Shape{4, 3, 2, 5});
    CHECK(compare(elements(y.value()), elements(expected.value())).largest <= 1e-14);
    const Array<double> d_x = tape.gradient(sum(y * Var<double>(g)), {x})[0];
    const Array<double> d_expected = tape.gradient(sum(expected * as_rows(Var<double>(g))), {x})[0];
    CHECK(compare(elements(d_x), elements(d_expected)).largest <= 1e-13);
    CHECK(compare(elements(of_images.running().variance()), elements(of_rows.running().variance())).largest <= 1e-14);
  }
}

TEST_CASE("BatchNorm2d takes images alone, and refuses a batch of one pixel without changing anything") {
  nn::BatchNorm2d<float> layer(2);
  CHECK(contains(error_text([&] { layer(zeros<float>({4, 2})); }), "[BatchNorm2d] got an input of shape (4, 2)"));
  CHECK(contains(error_text([&] { layer(zeros<float>({4, 2, 3})); }), "expected (N, 2, H, W)"));
  CHECK(contains(error_text([&] { layer(zeros<float>({4, 3, 2, 2})); }), "'γ' (2,) has one value for each channel"));
  CHECK(contains(error_text([&] { layer(zeros<float>({1, 2, 1, 1})); }), "(1, 2, 1, 1) in training, 1 value(s)"));
  CHECK(*layer.named_buffers()[2].value->data() == 0.0F);
  CHECK(layer(zeros<float>({1, 2, 1, 2})).shape() == Shape{1, 2, 1, 2});
}

TEST_CASE("without affine there is nothing to train, and γ and β are 1 and 0") {
  Generator generator(6);
  const Var<double> x(generator.normal<double>({8, 3}, 5.0, 2.0));
  nn::BatchNorm1d<double> plain(3, {.affine = false}), affine(3);
  CHECK(plain.named_parameters().empty());
  CHECK(plain.named_buffers().size() == 3);
  CHECK(plain(x).value() == affine(x).value());
  CHECK(plain.weight().value() == ones<double>({3}));
  CHECK_FALSE(plain.weight().requires_grad());
}

TEST_CASE("without running statistics evaluation normalises with the batch, as training does, and keeps no state") {
  Generator generator(7);
  const Var<double> x(generator.normal<double>({8, 3}, 5.0, 2.0));
  nn::BatchNorm1d<double> layer(3, {.track_running_statistics = false}), tracking(3);
  const Array<double> expected = tracking(x).value();
  CHECK(layer(x).value() == expected);
  layer.eval();
  CHECK(layer(x).value() == expected);
  CHECK(layer.named_buffers().empty());
  CHECK(layer.parameters().size() == 2);
  CHECK(contains(error_text([&] { layer.running(); }), "[BatchNorm1d] has no running statistics"));
  const std::string text = error_text([&] { layer(zeros<double>({1, 3})); });
  CHECK(contains(text, "(1, 3) without running statistics, 1 value(s) a channel"));
  CHECK_FALSE(contains(text, "eval()"));
}
