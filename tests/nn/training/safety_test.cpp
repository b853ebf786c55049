#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <nn/training/fit.hpp>

#include <cmath>
#include <limits>
#include <thread>

#include "../../error_text.hpp"
#include "../../infinity.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

/// With batch norm and dropout, both of which differ between training and evaluation.
nn::Sequential<double> network_with_dropout() {
  Generator generator(2);
  nn::Sequential<double> net{nn::Linear<double>(4, 8, generator), nn::BatchNorm1d<double>(8), nn::ReLU<double>()};
  net.add(nn::Dropout<double>(0.5, generator)).add(nn::Linear<double>(8, 3, generator));
  return net;
}

/// A loss whose derivative at weights of zero is not finite, though the loss is.
nn::Loss<double> with_root_of_weights(const Var<double>& w) {
  return [w](const Var<double>& outputs, const Indices& labels) {
    return nn::cross_entropy(outputs, labels) + 0.01 * sqrt(sum(w * w));
  };
}

}  // namespace

TEST_CASE("a gradient that is not finite ends the training before the step, and a good file stays") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "good.safetensors").string();
  write_text(file, "good");
  nn::Linear<double> model = two_classes(0.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  nn::ModelCheckpoint<double> checkpoint(file);
  nn::FitOptions<double> options = silent(1);
  options.loss = with_root_of_weights(model.weight());
  options.callbacks = {&checkpoint};
  std::string text;
  SUBCASE("as it is") {}
  SUBCASE("clipped") { options.clip_norm = 1.0; }
  try {
    nn::fit(model, optimizer, samples({1, 2}, {0, 1}), options);
    FAIL("expected StepNotFinite");
  } catch (const nn::StepNotFinite& error) {
    text = error.what();
    CHECK(error.epoch() == 1);
    CHECK(error.batch() == 1);
  }
  CHECK_MESSAGE(text.starts_with("[fit] the step of batch 1 in epoch 1 is refused: ["), text);
  CHECK(text.find("the gradient of 'W'") != std::string::npos);
  CHECK(text.find("(the first gradient that is not finite is that of 'weight')") != std::string::npos);
  CHECK(model.weight().value() == zeros<double>({2, 1}));
  CHECK(optimizer.steps() == 0);
  CHECK(text_of(file) == "good");
}

TEST_CASE("a step that would overflow ends the training with the weights and statistics before it") {
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::SGD, double> optimizer(net.parameters(), optim::SGD{.learning_rate = 1e308});
  const auto before = state_of(net);
  nn::FitOptions<double> options = silent(1);
  options.loss = [](const Var<double>& y, const Indices&) { return 1e300 * mean(square(y)); };
  CHECK_THROWS_AS(nn::fit(net, optimizer, random_samples(8), options), nn::StepNotFinite);
  CHECK(state_of(net) == before);
}

TEST_CASE("running statistics never become infinite or NaN") {
  nn::BatchNorm1d<double> layer(2);
  const auto before = state_of(layer);
  for (const double bad : {infinity, std::nan(""), 1.7e308}) {
    CAPTURE(bad);
    const Array<double> x{{1.0, bad}, {2.0, -bad}, {3.0, 1.0}};
    CHECK_THROWS_AS(layer(x), NotFinite);
    CHECK(state_of(layer) == before);
  }
  CHECK(error_text([&] {
          layer(Array<double>{{1.0, infinity}, {2.0, 1.0}});
        }).starts_with("[BatchNorm1d] the running mean of channel 1 would become "));
  CHECK(error_text([&] {
          // its variance is finite, and twice that, without the bias, is not
          nn::BatchNorm1d<double>(2, {.momentum = 1.0})(Array<double>{{1.0, 1e154}, {2.0, -1e154}});
        }).starts_with("[BatchNorm1d] the running variance of channel 1 would become inf"));
}

TEST_CASE("predictions and evaluations from several threads are right and change nothing, in any mode") {
  nn::Sequential<double> net = network_with_dropout();
  SUBCASE("in training") {}
  SUBCASE("in evaluation") { net.eval(); }
  SUBCASE("a layer in another mode") { net[1].eval(); }
  const datasets::Dataset<double> data = random_samples(24);
  const auto before = state_of(net);
  const Generator generator = *net.named_generators()[0].value;
  const bool training = net.is_training(), norm_trains = net[1].is_training();
  const Array<double> expected = nn::predict(net, data.inputs);
  const double loss = nn::evaluate(net, data).loss;
  std::array<std::size_t, 3> wrong{};
  std::vector<std::thread> threads;
  for (std::size_t& count : wrong) {
    threads.emplace_back([&] {
      for (int call = 0; call < 50; ++call) {
        count += nn::predict(net, data.inputs) == expected ? 0U : 1U;
        count += nn::evaluate(net, data).loss == loss ? 0U : 1U;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::array<std::size_t, 3>{});
  CHECK(state_of(net) == before);
  CHECK(*net.named_generators()[0].value == generator);
  CHECK(net.is_training() == training);
  CHECK(net[1].is_training() == norm_trains);
}

TEST_CASE("a thread may evaluate a network that another one has in training mode") {
  nn::Sequential<double> net = network_with_dropout();
  const nn::EvaluationMode evaluation;
  CHECK_FALSE(net.is_training());
  bool elsewhere = false;
  std::thread([&] { elsewhere = net.is_training(); }).join();
  CHECK(elsewhere);
}

TEST_CASE("fit says in one line what is probably not meant") {
  std::ostringstream messages;
  nn::FitOptions<double> options = silent(1, 8);
  options.messages = &messages;
  std::string expected;
  SUBCASE("a softmax before a loss of logits") {
    nn::Sequential<double> net = small_network();
    net.eval();
    net.add(nn::Softmax<double>());
    optim::Optimizer<optim::Adam, double> optimizer({net.parameters().back()}, optim::Adam{});
    options.epochs = 30;  // said once
    nn::fit(net, optimizer, random_samples(16), options);
    expected = "[fit] Warning: the network's outputs are probabilities";
  }
  SUBCASE("a sigmoid before a loss of logits") {
    Generator generator(1);
    nn::Sequential<double> net{nn::Linear<double>(1, 1, generator), nn::Sigmoid<double>()};
    optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
    options.loss = nn::binary_cross_entropy<double>;
    nn::fit(net, optimizer, samples({1, 2, 3, 4, 5, 6, 7, 8}, {0, 1, 0, 1, 0, 1, 0, 1}), options);
    expected = "[fit] Warning: the network ends in a Sigmoid";
  }
  SUBCASE("running statistics that lag") {
    nn::Sequential<double> net = small_network();
    optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
    nn::fit(net, optimizer, random_samples(16), options);
    expected = "[fit] Note: after 2 steps with momentum 0.1 the running statistics of '1' are still to 81 % what";
  }
  SUBCASE("running statistics of a layer that stays in evaluation mode") {
    nn::Sequential<double> net = small_network();
    net[1].eval();
    optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
    nn::fit(net, optimizer, random_samples(16), options);
  }
  SUBCASE("a batch larger than the data") {
    nn::Linear<double> model = two_classes(0.0, 0.0);
    optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
    nn::fit(model, optimizer, samples({1, 2}, {0, 1}), options);
    expected = "[fit] Note: batch_size is 8, but there are 2 samples: an epoch is one step.";
  }
  SUBCASE("nothing") {
    nn::Sequential<double> net = small_network();
    optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
    options.epochs = 20;
    nn::fit(net, optimizer, random_samples(16), options);
  }
  const std::string text = messages.str();
  CHECK_MESSAGE(text.starts_with(expected), text);
  CHECK(std::count(text.begin(), text.end(), '\n') == (expected.empty() ? 0 : 1));
}

TEST_CASE("a batch whose weights are all 0 adds 0, whatever its outputs are, and no gradient") {
  const double inf = std::numeric_limits<double>::infinity();
  const Var<double> y = parameter(Array<double>{{inf, 0.0}, {std::nan(""), -inf}}, "y");
  const datasets::Batch<double> batch{
      .inputs = zeros<double>({2, 1}), .labels = {0, 1}, .weights = Array<double>{0.0, 0.0}};
  Tape<double> tape;
  const Var<double> loss = nn::Loss<double>(nn::cross_entropy<double>)(y, batch);
  CHECK(loss.item() == 0.0);
  CHECK(tape.gradient(loss, {y}).front() == zeros<double>({2, 2}));
}
