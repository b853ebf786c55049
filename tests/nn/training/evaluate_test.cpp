#include <doctest/doctest.h>
#include <nn/training/evaluate.hpp>

#include <cmath>

#include "../../error_text.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

TEST_CASE("evaluation gives the loss and accuracy that were derived by hand, whatever the batches") {
  nn::Linear<double> model = two_classes(1.0, 0.0);  // label 0 costs log(1 + e^-x), label 1 log(1 + e^x)
  const datasets::Dataset<double> data = samples({1, -2, 3, -4, 5}, {0, 0, 1, 1, 1});
  const double sum = std::log1p(std::exp(-1.0)) + std::log1p(std::exp(2.0)) + std::log1p(std::exp(3.0)) +
                     std::log1p(std::exp(-4.0)) + std::log1p(std::exp(5.0));
  for (const std::size_t batch_size : {1U, 2U, 3U, 5U, 1000U}) {
    const nn::Evaluation got = nn::evaluate(model, data, {.batch_size = batch_size});
    CHECK(got.loss == doctest::Approx(sum / 5.0).epsilon(1e-14));  // sums of other orders
    CHECK(got.accuracy == doctest::Approx(0.4).epsilon(1e-14));
  }
}

TEST_CASE("evaluation and prediction record nothing, change nothing, and bring the modes back") {
  nn::Sequential<double> net = small_network();
  net[2].eval();
  const auto before = state_of(net);
  const datasets::Dataset<double> data = random_samples(9);
  Tape<double> tape;
  SUBCASE("when they return") {
    nn::evaluate(net, data, {.batch_size = 1});  // a batch of one, which batch norm cannot train on
    nn::predict(net, data.inputs, {.batch_size = 1});
  }
  SUBCASE("when they throw") {
    CHECK_THROWS_AS(nn::predict(net, ones<double>({9, 3})), Error);
    const auto throwing = [](const Var<double>&, const Indices&) -> Var<double> { throw Error("no loss"); };
    CHECK(error_text([&] { nn::evaluate(net, data, {.loss = throwing}); }) == "no loss");
  }
  CHECK(tape.size() == 0);
  CHECK(Tape<double>::recording() == &tape);
  CHECK(net.is_training());
  CHECK(net[1].is_training());
  CHECK_FALSE(net[2].is_training());
  CHECK(state_of(net) == before);
}

TEST_CASE("predictions are the network's outputs in evaluation mode, row by row in order") {
  nn::Sequential<double> net = small_network();
  const Array<double> inputs = random_samples(7).inputs;
  const Array<double> got = nn::predict(net, inputs, {.batch_size = 3});
  net.eval();
  const Array<double> expected = net(inputs).value();
  CHECK(got.shape() == Shape{7, 3});
  // A product of other sizes may add in another order, four or five terms of size one.
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(std::abs(got.data()[i] - expected.data()[i]) < 1e-14);
}

TEST_CASE("what cannot be evaluated is refused") {
  nn::Sequential<double> net = small_network();
  CHECK(error_text([&] { nn::evaluate(net, random_samples(4), {.batch_size = 0}); }) ==
        "[evaluate] batch_size is 0; expected at least 1; use for example 32");
  CHECK(error_text([&] {
          nn::predict(net, zeros<double>({0, 4}));
        }) == "[predict] got inputs of shape (0, 4); expected (N, ...) with at least one sample");
  CHECK(error_text([&] { nn::evaluate(net, random_samples(4), {.loss = nullptr}); }) ==
        "[evaluate] got no loss; leave it out for the cross-entropy");
  CHECK_THROWS_AS(nn::evaluate(net, datasets::Dataset<double>{}), Error);
}
