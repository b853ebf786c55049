#include <doctest/doctest.h>
#include <nn/training/console/summary.hpp>

#include "../../error_text.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

/// 784-128-64-10.
nn::Sequential<float> mlp() {
  Generator generator(1);
  return nn::Sequential<float>{nn::Linear(784, 128, generator), nn::ReLU(), nn::Linear(128, 64, generator), nn::ReLU(),
                               nn::Linear(64, 10, generator)};
}

/// A layer with a long name that takes no images.
class BatchNormalisationOfManyThings final : public nn::Module<float> {
 public:
  Var<float> forward(const Var<float>& x) override { return x; }
  Shape output_shape(const Shape& input) const override {
    require(input.size() == 2, "BatchNormalisationOfManyThings", "got {}; expected (N, D)", input);
    return input;
  }
};

/// Two layers with one weight.
class Tied final : public nn::Module<double> {
 public:
  Var<double> forward(const Var<double>& x) override { return x; }
  nn::Parts<double> parts() override { return {.children = {{"a", &a_}, {"b", &b_}}}; }

 private:
  nn::Linear<double> a_ = two_classes(1.0, 2.0);
  nn::Linear<double>& b_ = a_;
};

}  // namespace

TEST_CASE("a summary is the table of Keras") {
  nn::Sequential<float> net = mlp();
  net.add(nn::BatchNorm1d(10));
  CHECK(nn::summary(net, {784}, {.width = 76}) ==
        R"(Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ linear (Linear)                 │ (None, 128)            │       100,480 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ re_lu (ReLU)                    │ (None, 128)            │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ linear_1 (Linear)               │ (None, 64)             │         8,256 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ re_lu_1 (ReLU)                  │ (None, 64)             │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ linear_2 (Linear)               │ (None, 10)             │           650 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ batch_norm1d (BatchNorm1d)      │ (None, 10)             │            40 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 109,426 (427.45 KB)
 Trainable params: 109,406 (427.37 KB)
 Non-trainable params: 20 (80.00 B)
)");
}

TEST_CASE("without batch norm the network has 109,386 parameters, all trained") {
  nn::Sequential<float> net = mlp();
  const std::string text = nn::summary(net, {784}, {.width = 88});
  CHECK(contains(text, "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┓\n"));
  CHECK(contains(text,
                 "\n Total params: 109,386 (427.29 KB)\n Trainable params: 109,386 (427.29 KB)\n"
                 " Non-trainable params: 0 (0.00 B)\n"));
}

TEST_CASE("what the optimizer remembers is in the total") {
  nn::Linear<double> model = two_classes(1.0, 0.0);
  optim::Optimizer<optim::Adam, double> adam(model.parameters(), optim::Adam{});
  CHECK(nn::summary(model, {1}, {.optimizer = &adam})
            .ends_with(" Total params: 6 (48.00 B)\n Trainable params: 2 (16.00 B)\n Non-trainable params: 0 (0.00 B)\n"
                       " Optimizer params: 4 (32.00 B)\n"));
}

TEST_CASE("names that are too long go on in the next line") {
  nn::Sequential<float> net{BatchNormalisationOfManyThings(), BatchNormalisationOfManyThings()};
  CHECK(contains(nn::summary(net, {5}, {.width = 88}), R"(
│ batch_normalisation_of_many_things   │ (None, 5)                   │               0 │
│ (BatchNormalisationOfManyThings)     │                             │                 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ batch_normalisation_of_many_things_1 │ (None, 5)                   │               0 │
│ (BatchNormalisationOfManyThings)     │                             │                 │
└──────────────────────────────────────┴─────────────────────────────┴─────────────────┘
)"));
  CHECK(contains(nn::summary(net, {5}, {.width = 44}), R"(
│ batch_normalisat │ (None, 5)    │      0 │
│ ion_of_many_thin │              │        │
│ gs               │              │        │
│ (BatchNormalisat │              │        │
│ ionOfManyThings) │              │        │
)"));
}

TEST_CASE("a summary runs nothing and changes nothing, even where a batch of one would not do") {
  nn::Sequential<double> net = small_network();
  const auto before = state_of(net);
  Tape<double> tape;
  CHECK(contains(nn::summary(net, {4}), "(None, 5)"));
  CHECK(tape.size() == 0);
  CHECK(state_of(net) == before);
  CHECK(net.is_training());
}

TEST_CASE("parameters that layers share are counted once, and a network of another kind is one row") {
  Tied tied;
  const std::string text = nn::summary(tied, {1});
  CHECK(text.starts_with("Model: \"tied\"\n"));
  CHECK(contains(text, "│ tied (Tied) "));
  CHECK(contains(text, " Total params: 2 (16.00 B)\n"));
}

TEST_CASE("a layer that its input does not fit is named") {
  nn::Sequential<float> net = mlp();
  CHECK(error_text([&] {
          nn::summary(net, {28, 28});
        }).starts_with("[summary] layer '0' (Linear) cannot take its input (None, 28, 28): [Linear] got an input"));
  CHECK(error_text([&] { nn::summary(net, {784}, {.width = 10}); }) ==
        "[summary] got a width of 10 characters; expected 40 or more");
}

TEST_CASE("layers are named as Keras names them") {
  CHECK(nn::snake_case("BatchNorm1d") == "batch_norm1d");
  CHECK(nn::snake_case("ReLU") == "re_lu");
  CHECK(nn::snake_case("GELU") == "gelu");
  CHECK(nn::snake_case("LeakyReLU") == "leaky_re_lu");
  CHECK(nn::snake_case("MLPBlock") == "mlp_block");
  CHECK(nn::snake_case("MaxPool2d") == "max_pool2d");
}
