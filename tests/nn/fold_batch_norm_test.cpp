#include <doctest/doctest.h>
#include <nn/nn.hpp>

#include <algorithm>
#include <functional>

#include "../error_text.hpp"

using namespace wengert;

namespace {

enum class Scales { positive, of_both_signs };

/// Numbers as after a training: means off zero, variances from 0.05 to 4, and the scales as asked for.
template <class T>
void randomise(nn::Module<T>& net, Scales scales, Generator& generator) {
  for (const auto& [name, parameter] : net.named_parameters()) {
    Array<T> numbers = generator.normal<T>(parameter.shape(), 0.1, 0.5);
    const bool is_scale = name.ends_with("weight") && parameter.rank() == 1;
    if (is_scale) {
      std::transform(numbers.begin(), numbers.end(), numbers.begin(), [](T x) { return std::abs(x); });
      if (scales == Scales::of_both_signs) numbers.data()[0] *= -1;
    }
    parameter.set_value(std::move(numbers));
  }
  for (const auto& [name, buffer] : net.named_buffers()) {
    const bool is_variance = name.ends_with("running_var");
    *buffer = is_variance ? generator.uniform<T>(buffer->shape(), 0.05, 4.0) : generator.normal<T>(buffer->shape());
  }
}

template <class T>
void check_same_state(const nn::StateDict<T>& a, const nn::StateDict<T>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t k = 0; k < a.size(); ++k) CHECK(a[k].value == b[k].value);
}

template <class T>
std::size_t batch_norms_of(nn::Sequential<T>& net) {
  std::size_t count = 0;
  for (std::size_t k = 0; k < net.size(); ++k) count += net[k].type().starts_with("BatchNorm") ? 1 : 0;
  return count;
}

template <class T>
void check_same_outputs(const Array<T>& actual, const Array<T>& expected) {
  REQUIRE(actual.shape() == expected.shape());
  double largest = 0.0, error = 0.0;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    largest = std::max(largest, static_cast<double>(std::abs(expected.data()[k])));
    error = std::max(error, static_cast<double>(std::abs(actual.data()[k] - expected.data()[k])));
  }
  CHECK(largest > 0.01);
  CHECK(error <= (sizeof(T) == sizeof(float) ? 1e-5 : 1e-13) * largest);
}

/// Folds the network that `add_layers` makes. The outputs stay, the old network too, and so many batch norms.
template <class T, class AddLayers>
std::vector<std::string> check_folding(const Shape& input, Scales scales, std::size_t left, AddLayers add_layers) {
  Generator generator(20150211);
  nn::Sequential<T> net;
  add_layers(net, generator);
  randomise<T>(net, scales, generator);
  const nn::StateDict<T> before = nn::state_dict(net);
  const Var<T> x(generator.normal<T>(input));

  nn::Folded<T> folded = nn::fold_batch_norm(net);
  CHECK(net.is_training());
  CHECK_FALSE(folded.network.is_training());
  check_same_state(nn::state_dict(net), before);
  CHECK(batch_norms_of(folded.network) == left);
  CHECK(folded.notes.size() == batch_norms_of(net));
  CHECK(folded.network.size() + batch_norms_of(net) == net.size() + left);

  net.eval();
  check_same_outputs(folded.network(x).value(), net(x).value());
  return folded.notes;
}

/// The documents' network on images of 22 x 22, with fewer channels.
template <class T, class Pool>
void add_document(nn::Sequential<T>& net, Generator& g, bool before_activation, bool fused) {
  const nn::ConvOptions options{.activation = fused ? Activation::relu : Activation::none};
  const auto add = [&](auto layer, auto batch_norm) {
    net.add(std::move(layer));
    if (before_activation) net.add(std::move(batch_norm));
    if (!fused) net.add(nn::ReLU<T>());
    if (!before_activation) net.add(std::move(batch_norm));
  };
  add(nn::Conv2d<T>(1, 3, 3, g, options), nn::BatchNorm2d<T>(3, nn::BatchNormOptions::keras()));
  net.add(Pool(2));
  add(nn::Conv2d<T>(3, 4, 3, g, options), nn::BatchNorm2d<T>(4));
  net.add(Pool(2));
  add(nn::Conv2d<T>(4, 5, 3, g, options), nn::BatchNorm2d<T>(5));
  net.add(nn::Flatten<T>()).add(nn::Linear<T>(5 * 2 * 2, 6, g)).add(nn::ReLU<T>()).add(nn::BatchNorm1d<T>(6));
  net.add(nn::Linear<T>(6, 10, g)).add(nn::Softmax<T>());
}

/// A layer of a user that does not say how it is copied.
class Halved final : public nn::Module<float> {
 public:
  Var<float> forward(const Var<float>& x) override { return x * 0.5; }
};

}  // namespace

TEST_CASE_TEMPLATE("folding leaves the documents' network none of its batch norms", T, float, double) {
  const Shape images{5, 1, 22, 22};
  using Max = nn::MaxPool2d<T>;
  using Avg = nn::AvgPool2d<T>;
  check_folding<T>(images, Scales::positive, 0, [](auto& net, auto& g) { add_document<T, Max>(net, g, false, false); });
  check_folding<T>(images, Scales::positive, 0, [](auto& net, auto& g) { add_document<T, Max>(net, g, false, true); });
  check_folding<T>(images, Scales::of_both_signs, 0,
                   [](auto& net, auto& g) { add_document<T, Max>(net, g, true, false); });
  check_folding<T>(images, Scales::of_both_signs, 0,
                   [](auto& net, auto& g) { add_document<T, Avg>(net, g, false, true); });
}

TEST_CASE_TEMPLATE("a batch norm whose scale is negative stays before max pooling", T, float, double) {
  const auto notes = check_folding<T>({5, 1, 22, 22}, Scales::of_both_signs, 2, [](auto& net, auto& g) {
    add_document<T, nn::MaxPool2d<T>>(net, g, false, true);
  });
  CHECK(notes[0] ==
        "1 (BatchNorm2d) stays: 0 (Conv2d) before it has an activation, and 2 (MaxPool2d) behind it takes the largest, "
        "which a negative scale makes the smallest");
  CHECK(notes[2] == "7 (BatchNorm2d) is folded into 9 (Linear) behind it");
}

TEST_CASE_TEMPLATE("a batch norm stays before padding, whose zeros it does not shift", T, float, double) {
  for (const Padding2d& padding : {Padding2d(1), Padding2d(0, 1), Padding2d(Padding::same)}) {
    const auto notes = check_folding<T>({3, 2, 6, 5}, Scales::positive, 1, [&](auto& net, auto& g) {
      net.add(nn::ReLU<T>()).add(nn::BatchNorm2d<T>(2)).add(nn::Conv2d<T>(2, 3, {2, 3}, g, {.padding = padding}));
      net.add(nn::BatchNorm2d<T>(3));  // behind it padding does no harm
    });
    CHECK(notes[0] ==
          "1 (BatchNorm2d) stays: 0 (ReLU) before it is no linear layer, and 2 (Conv2d) behind it pads with zeros, "
          "which are not shifted");
    CHECK(notes[1] == "3 (BatchNorm2d) is folded into 2 (Conv2d) before it");
  }
  check_folding<T>({3, 2, 4, 5}, Scales::positive, 0, [](auto& net, auto& g) {
    net.add(nn::BatchNorm2d<T>(2)).add(nn::Conv2d<T>(2, 3, 1, g, {.padding = Padding::same}));
  });
}

TEST_CASE_TEMPLATE("groups, strides, dilations and layers without a bias are folded", T, float, double) {
  check_folding<T>({3, 4, 9, 8}, Scales::of_both_signs, 0, [](auto& net, auto& g) {
    net.add(nn::BatchNorm2d<T>(4));
    net.add(nn::Conv2d<T>(4, 6, {3, 2}, g, {.stride = {1, 2}, .dilation = {2, 1}, .groups = 2, .bias = false}));
    net.add(nn::BatchNorm2d<T>(6, {.affine = false}));
  });
  check_folding<T>({6, 4}, Scales::of_both_signs, 0, [](auto& net, auto& g) {
    net.add(nn::BatchNorm1d<T>(4)).add(nn::BatchNorm1d<T>(4)).add(nn::Linear<T>(4, 5, g, {.bias = false}));
    net.add(nn::Dropout<T>(0.5, g)).add(nn::BatchNorm1d<T>(5)).add(nn::Sigmoid<T>());
  });
  check_folding<T>({3, 2, 11}, Scales::of_both_signs, 0, [](auto& net, auto& g) {
    net.add(nn::Conv1d<T>(2, 4, 3, g)).add(nn::BatchNorm1d<T>(4)).add(nn::Tanh<T>()).add(nn::BatchNorm1d<T>(4));
    net.add(nn::Conv1d<T>(4, 4, 2, g, {.stride = 2, .groups = 2, .activation = Activation::relu}));
    net.add(nn::BatchNorm1d<T>(4)).add(nn::Flatten<T>()).add(nn::Linear<T>(16, 3, g));
  });
}

TEST_CASE_TEMPLATE("pooling may stand on either side, unless it counts its padding", T, float, double) {
  const auto left = [](const Shape& input, Scales scales, std::size_t expected, auto make_pool) {
    return check_folding<T>(input, scales, expected, [&](auto& net, auto& g) {
      net.add(nn::Conv2d<T>(1, 3, 2, g)).add(make_pool()).add(nn::BatchNorm2d<T>(3)).add(nn::ReLU<T>());
      net.add(nn::BatchNorm2d<T>(3)).add(make_pool()).add(nn::Conv2d<T>(3, 2, 1, g));
    });
  };
  const Shape images{3, 1, 8, 10};
  const auto average = [](const AvgPoolOptions& options) { return [=] { return nn::AvgPool2d<T>(3, options); }; };
  const auto largest = [](const PoolOptions& options) { return [=] { return nn::MaxPool2d<T>(3, options); }; };
  left(images, Scales::of_both_signs, 0, average({.stride = 2, .ceil_mode = true}));
  left(images, Scales::of_both_signs, 0, average({.stride = 2, .padding = 1, .count_padding = false}));
  left(images, Scales::of_both_signs, 2, average({.stride = 2, .padding = {0, 1}}));
  left(images, Scales::positive, 0, largest({.stride = 2, .padding = 1, .ceil_mode = true}));
  left(images, Scales::of_both_signs, 2, largest({.stride = 2}));
  left(images, Scales::of_both_signs, 0, [] { return nn::AdaptiveAvgPool2d<T>(1); });
}

TEST_CASE_TEMPLATE("what works along another axis than the channels is not folded", T, float, double) {
  check_folding<T>({3, 2, 8}, Scales::positive, 2, [](auto& net, auto& g) {
    net.add(nn::Conv1d<T>(2, 6, 3, g)).add(nn::ReLU<T>()).add(nn::BatchNorm1d<T>(6));  // (N, 6, 6)
    net.add(nn::Linear<T>(6, 6, g)).add(nn::BatchNorm1d<T>(6));                        // (N, 6, 6)
  });
  check_folding<T>({3, 4, 5, 4}, Scales::positive, 2, [](auto& net, auto& g) {
    net.add(nn::BatchNorm2d<T>(4)).add(nn::Linear<T>(4, 4, g)).add(nn::BatchNorm2d<T>(4));
  });
  check_folding<T>({3, 2, 7}, Scales::positive, 2, [](auto& net, auto& g) {
    net.add(nn::Linear<T>(7, 2, g)).add(nn::BatchNorm1d<T>(2)).add(nn::ReLU<T>());  // (N, 2, 2), as Conv1d says
    net.add(nn::BatchNorm1d<T>(2)).add(nn::Linear<T>(2, 2, g)).add(nn::Conv1d<T>(2, 3, 1, g));
  });
}

TEST_CASE_TEMPLATE("what normalises with the batch, and what is within other modules, stays", T, float, double) {
  const auto notes = check_folding<T>({6, 4}, Scales::positive, 1, [](auto& net, auto& g) {
    net.add(nn::Linear<T>(4, 4, g)).add(nn::BatchNorm1d<T>(4, {.track_running_statistics = false}));
    nn::Sequential<T> block{nn::Linear<T>(4, 4, g), nn::BatchNorm1d<T>(4)};
    net.add(std::move(block));
  });
  CHECK(notes == std::vector<std::string>{"1 (BatchNorm1d) stays: it has no running statistics"});
}

TEST_CASE("a network with a layer that does not say how it is copied is refused") {
  Generator g(1);
  nn::Sequential net{nn::Linear(2, 2, g), nn::BatchNorm1d(2)};
  net.add(Halved());
  CHECK(contains(error_text([&] { nn::fold_batch_norm(net); }), "[Halved] cannot be copied"));
}
