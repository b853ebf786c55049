#include <doctest/doctest.h>
#include <nn/nn.hpp>

#include <limits>

#include "../error_text.hpp"

using namespace wengert;

namespace {

Var<float> image(const Shape& shape) { return Var<float>(zeros<float>(shape)).named("x"); }

std::string text_of(nn::Module<float>& layer, const Shape& shape) {
  return error_text([&] { layer(image(shape)); });
}

template <class Make>
std::string text_of_making(Make make) {
  return error_text([&] {
    Generator generator(1);
    make(generator);
  });
}

/// Whether rows 0 and 2 of the outputs are as without the NaN that fills row 1 of the inputs.
void check_nan_stays(nn::Module<float>& layer, const Shape& shape) {
  CAPTURE(layer.type());
  CAPTURE(shape);
  Generator generator(9);
  Array<float> x = generator.normal<float>(shape);
  layer.eval();
  const Array<float> expected = layer(Var<float>(x)).value();
  const std::size_t size = x.size() / 3;
  std::fill_n(x.data() + size, size, std::numeric_limits<float>::quiet_NaN());
  const Array<float> actual = layer(Var<float>(x)).value();
  for (const std::size_t row : {0U, 2U}) {
    CHECK(datasets::slice_rows(actual, row, row + 1) == datasets::slice_rows(expected, row, row + 1));
  }
  const Array<float> spoilt = datasets::slice_rows(actual, 1, 2);
  CHECK(std::all_of(spoilt.begin(), spoilt.end(), [](float y) { return std::isnan(y); }));
}

}  // namespace

TEST_CASE("weights and options of a layer that is a temporary may be kept") {
  Generator generator(1);
  double total = 0.0;
  for (const double w : nn::Conv2d<double>(1, 2, 3, generator).weight().value()) total += std::abs(w);
  CHECK(total > 0.0);
  const nn::ConvOptions& options = nn::Conv2d<double>(1, 2, 3, generator, {.stride = 2}).options();
  CHECK(options.stride == Size2d(2));
}

TEST_CASE("what does not fit a layer of images is refused in its name, with the shapes and the rule") {
  Generator g(1);
  nn::Conv2d conv(4, 6, 3, g);
  CHECK(contains(text_of(conv, {2, 3, 8, 8}),
                 "[Conv2d] got 'x' (2, 3, 8, 8) and the weight 'W' (6, 4, 3, 3): the input has 3 channels, but the "
                 "weight is for 4; expected the same"));
  CHECK(contains(text_of(conv, {2, 4, 2, 8}),
                 "[Conv2d] got 'x' (2, 4, 2, 8) and the weight 'W' (6, 4, 3, 3): along the height a window reaches "
                 "over 3 places, but the input has 2 and the padding 0; expected a window within the padded input"));
  CHECK(contains(text_of(conv, {4, 8, 8}), "[Conv2d] got 'x' (4, 8, 8)"));
  CHECK(contains(error_text([&] { conv.output_shape({4, 8, 8}); }), "[Conv2d] got 'input' (4, 8, 8) and the weight"));
  nn::Conv1d row(4, 6, 3, g);
  CHECK(contains(text_of(row, {2, 3, 8}), "[Conv1d] got 'x'"));
  CHECK(contains(text_of(row, {2, 4, 2}), "along the width a window reaches over 3 places, but the input has 2"));
  nn::MaxPool2d largest(3);
  CHECK(contains(text_of(largest, {2, 4, 8, 2}), "[MaxPool2d] got 'x' (2, 4, 8, 2)"));
  CHECK(contains(error_text([&] { largest.output_shape({4, 8}); }), "[MaxPool2d] got 'input' (4, 8); expected (N, C"));
  nn::AvgPool2d average(3);
  CHECK(contains(text_of(average, {2, 4, 2, 8}), "[AvgPool2d] got 'x' (2, 4, 2, 8)"));
  CHECK(contains(text_of(average, {2, 4, 2, 8}), "along the height a window reaches over 3 places"));
  nn::AdaptiveAvgPool2d mean(1);
  CHECK(contains(text_of(mean, {2, 4}), "[AdaptiveAvgPool2d] got an input of shape (2, 4); expected (N, C, H, W)"));
  nn::BatchNorm2d batch_norm(4);
  CHECK(contains(text_of(batch_norm, {2, 3, 8, 8}), "[BatchNorm2d] got 'x' (2, 3, 8, 8); expected (N, 4, H, W)"));
}

TEST_CASE("a layer of images that makes no sense is refused where it is made") {
  CHECK(contains(text_of_making([](auto& g) {
                   nn::Conv2d(4, 6, 3, g, {.stride = {0, 1}});
                 }),
                 "[Conv2d] got a stride of (0, 1); expected at least 1"));
  CHECK(contains(text_of_making([](auto& g) { nn::Conv2d(4, 6, 3, g, {.dilation = 0}); }),
                 "[Conv2d] got a dilation of (0, 0); expected at least 1"));
  CHECK(contains(text_of_making([](auto& g) { nn::Conv2d(4, 6, 3, g, {.groups = 3}); }),
                 "[Conv2d] got 4 input and 6 output channels in 3 groups; expected a number of groups that divides "
                 "both"));
  CHECK(contains(text_of_making([](auto& g) { nn::Conv2d(4, 6, 3, g, {.groups = 0}); }), "in 0 groups"));
  CHECK(contains(text_of_making([](auto& g) { nn::Conv2d(0, 6, 3, g); }), "got 0 input and 6 output channels"));
  CHECK(contains(text_of_making([](auto& g) {
                   nn::Conv2d(4, 6, {3, 0}, g);
                 }),
                 "[Conv2d] got a weight of shape (6, 4, 3, 0); expected at least one tap along each axis"));
  CHECK(contains(text_of_making([](auto& g) { nn::Conv1d(4, 6, 3, g, {.stride = 0}); }), "[Conv1d] got a stride"));
  CHECK(contains(text_of_making([](auto& g) { nn::Conv1d(4, 6, 3, g, {.groups = 4}); }), "[Conv1d] got 4 input"));
  CHECK(contains(text_of_making([](auto&) {
                   nn::MaxPool2d(2, {.padding = {0, 2}});
                 }),
                 "[MaxPool2d] got a padding of (0, 2) for a window of (2, 2), which would lie in the padding alone"));
  CHECK(contains(text_of_making([](auto&) { nn::AvgPool2d(3, {.stride = 0}); }),
                 "[AvgPool2d] got a stride of (0, 0); expected at least 1"));
  CHECK(contains(text_of_making([](auto&) {
                   nn::MaxPool2d({0, 2});
                 }),
                 "[MaxPool2d] got a window of (0, 2); expected at least one place along each axis"));
  CHECK(
      contains(text_of_making([](auto&) { nn::AdaptiveAvgPool2d(2); }), "[AdaptiveAvgPool2d] got an output of (2, 2)"));
}

TEST_CASE("a NaN in one image reaches no other image's output") {
  Generator g(1);
  nn::Conv2d few(1, 3, 3, g), many(20, 18, 3, g, {.activation = Activation::relu}), grouped(4, 8, 2, g, {.groups = 4});
  check_nan_stays(few, {3, 1, 5, 19});
  check_nan_stays(many, {3, 20, 4, 5});
  check_nan_stays(grouped, {3, 4, 6, 7});
  nn::Conv1d row(3, 17, 2, g);
  check_nan_stays(row, {3, 3, 9});
  nn::MaxPool2d largest(3, {.stride = 2, .padding = 1});
  check_nan_stays(largest, {3, 5, 9, 7});
  nn::AvgPool2d average(2, {.ceil_mode = true});
  check_nan_stays(average, {3, 5, 5, 3});
  nn::AdaptiveAvgPool2d mean(1);
  check_nan_stays(mean, {3, 5, 5, 3});
  nn::BatchNorm2d of_planes(5);
  check_nan_stays(of_planes, {3, 5, 4, 3});
  nn::BatchNorm1d of_rows(5);
  check_nan_stays(of_rows, {3, 5});
  nn::Sequential net{nn::Conv2d(1, 4, 3, g, {.activation = Activation::relu}), nn::BatchNorm2d(4), nn::MaxPool2d(2),
                     nn::Flatten(), nn::Linear(4 * 3 * 3, 5, g)};
  check_nan_stays(net, {3, 1, 8, 8});
}

TEST_CASE_TEMPLATE("a convolution with relu is the convolution and then relu, to the last bit", T, float, double) {
  const auto outcome = [](bool fused, auto make, const Shape& shape) {
    Generator generator(3);
    nn::Sequential<T> net;
    net.add(make(generator, nn::ConvOptions{.activation = fused ? Activation::relu : Activation::none}));
    if (!fused) net.add(nn::ReLU<T>());
    Tape<T> tape;
    const Var<T> x = parameter(generator.normal<T>(shape), "x");
    const Var<T> y = net(x);
    std::vector<Var<T>> inputs = net.parameters();
    inputs.push_back(x);
    std::vector<Array<T>> arrays = tape.pullback(y, Var<T>(generator.normal<T>(y.shape())), inputs);
    arrays.push_back(y.value());
    return arrays;
  };
  const auto planes = [](auto& g, const nn::ConvOptions& options) { return nn::Conv2d<T>(3, 5, 3, g, options); };
  const auto rows = [](auto& g, const nn::ConvOptions& options) { return nn::Conv1d<T>(3, 5, 3, g, options); };
  CHECK(outcome(true, planes, {4, 3, 6, 7}) == outcome(false, planes, {4, 3, 6, 7}));
  CHECK(outcome(true, rows, {4, 3, 9}) == outcome(false, rows, {4, 3, 9}));
}

TEST_CASE("the documents' network has Keras's rows and counts: a convolution with relu is one row") {
  Generator g(1);
  const nn::ConvOptions relu{.activation = Activation::relu};
  nn::Sequential net{nn::Conv2d(1, 32, 3, g, relu),  nn::BatchNorm2d(32), nn::MaxPool2d(2),
                     nn::Conv2d(32, 64, 3, g, relu), nn::BatchNorm2d(64), nn::MaxPool2d(2),
                     nn::Conv2d(64, 64, 3, g, relu), nn::BatchNorm2d(64), nn::Flatten()};
  net.add(nn::Linear(576, 64, g)).add(nn::ReLU()).add(nn::BatchNorm1d(64)).add(nn::Linear(64, 10, g));
  const std::string text = nn::summary(net, {1, 28, 28}, {.width = 76});
  for (const char* row : {"conv2d (Conv2d)                 │ (None, 32, 26, 26)     │           320",
                          "batch_norm2d (BatchNorm2d)      │ (None, 32, 26, 26)     │           128",
                          "max_pool2d (MaxPool2d)          │ (None, 32, 13, 13)     │             0",
                          "conv2d_1 (Conv2d)               │ (None, 64, 11, 11)     │        18,496",
                          "conv2d_2 (Conv2d)               │ (None, 64, 3, 3)       │        36,928",
                          "flatten (Flatten)               │ (None, 576)            │             0",
                          "linear (Linear)                 │ (None, 64)             │        36,928",
                          "Total params: 94,218 (368.04 KB)", "Non-trainable params: 448 (1.75 KB)"}) {
    CHECK_MESSAGE(contains(text, row), text);
  }
}
