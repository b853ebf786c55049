#include <doctest/doctest.h>
#include <nn/training/fit.hpp>

#include <cmath>

#include "../../error_text.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace

TEST_CASE("an epoch of two steps reports what was derived by hand") {
  // Logits are (w0 x, w1 x) with w = 0, so the first loss is log 2, its winner class 0, and w becomes (1/2, -1/2).
  // At x = 2 with label 1 the loss is log(1 + e^2), and w0 becomes 1/2 - 2 sigmoid(2) = -w1.
  nn::Linear<double> model = two_classes(0.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 1.0});
  const datasets::Dataset<double> train = samples({1.0, 2.0}, {0, 1}), validation = samples({1.0}, {1});
  nn::FitOptions<double> options = silent(1, 1);
  options.shuffle = false;
  options.validation = &validation;
  const nn::History history = nn::fit(model, optimizer, train, options);

  const double w0 = 0.5 - 2.0 * sigmoid(2.0);
  CHECK(history.columns() == std::vector<std::string>{"accuracy", "loss", "val_accuracy", "val_loss"});
  CHECK(history["loss"][0] == doctest::Approx((std::log(2.0) + std::log1p(std::exp(2.0))) / 2.0).epsilon(1e-14));
  CHECK(history["accuracy"][0] == 0.5);
  CHECK(history["val_loss"][0] == doctest::Approx(std::log1p(std::exp(2.0 * w0))).epsilon(1e-14));
  CHECK(history["val_accuracy"][0] == 1.0);
  CHECK(model.weight().value().data()[0] == doctest::Approx(w0).epsilon(1e-14));
  CHECK(optimizer.steps() == 2);
}

TEST_CASE("batches count by their sizes") {
  // Logits (x, 0) that do not change: the loss of label 0 is log(1 + e^-x) and that of label 1 log(1 + e^x). Two
  // samples make the first batch, three the second.
  nn::Linear<double> model = two_classes(1.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 0.0});
  const nn::History history = nn::fit(model, optimizer, samples({1, 2, 3, 4, 5}, {0, 0, 1, 1, 1}), silent(2, 2));
  const double sum = std::log1p(std::exp(-1.0)) + std::log1p(std::exp(-2.0)) + std::log1p(std::exp(3.0)) +
                     std::log1p(std::exp(4.0)) + std::log1p(std::exp(5.0));
  for (const std::size_t epoch : {0U, 1U}) {
    CHECK(history["loss"][epoch] == doctest::Approx(sum / 5.0).epsilon(1e-14));
    CHECK(history["accuracy"][epoch] == doctest::Approx(0.4).epsilon(1e-14));
  }
}

TEST_CASE("fit does what the loop written out does, to the last bit") {
  const datasets::Dataset<double> train = random_samples(50);
  nn::Sequential<double> fitted = small_network(), looped = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(fitted.parameters(), optim::Adam{.learning_rate = 1e-2});
  nn::FitOptions<double> options = silent(3, 8);
  options.seed = 7;
  const nn::History history = nn::fit(fitted, optimizer, train, options);

  optim::Optimizer<optim::Adam, double> other(looped.parameters(), optim::Adam{.learning_rate = 1e-2});
  datasets::DataLoader<double> loader(train, {.batch_size = 8, .seed = 7});
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    double sum = 0.0;
    for (const auto& batch : loader) {
      Tape<double> tape;
      const Var<double> loss = nn::cross_entropy(looped(batch.inputs), batch.labels);
      other.zero_grad();
      tape.backward(loss);
      other.step();
      sum += loss.item() * static_cast<double>(batch.labels.size());
    }
    CHECK(history["loss"][epoch] == sum / 50.0);
  }
  CHECK(state_of(fitted) == state_of(looped));
}

TEST_CASE("the same seed gives bitwise the same history, another seed another one") {
  const auto history = [](std::uint64_t seed) {
    nn::Sequential<double> model = small_network();
    optim::Optimizer<optim::Adam, double> optimizer(model.parameters(), optim::Adam{});
    nn::FitOptions<double> options = silent(3, 8);
    options.seed = seed;
    options.validation_split = 0.25;
    return nn::fit(model, optimizer, random_samples(50), options).csv();
  };
  CHECK(history(4) == history(4));
  CHECK(history(4) != history(5));
}

TEST_CASE("a training that goes on from an epoch serves the batches that it would have served") {
  const datasets::Dataset<double> train = random_samples(40);
  const auto run = [&](const std::vector<std::pair<std::size_t, std::size_t>>& parts) {
    nn::Sequential<double> model = small_network();
    optim::Optimizer<optim::Adam, double> optimizer(model.parameters(), optim::Adam{});
    std::string rows;
    for (const auto& [begin, end] : parts) {
      nn::FitOptions<double> options = silent(end, 8);
      options.initial_epoch = begin;
      const nn::History history = nn::fit(model, optimizer, train, options);
      for (std::size_t i = 0; i < history.epochs(); ++i) rows += history.csv_row(i) + "\n";
    }
    return rows;
  };
  CHECK(run({{0, 5}}) == run({{0, 2}, {2, 2}, {2, 5}}));
}

TEST_CASE("the last share validates and never trains") {
  // Were the last sample among those to train, its huge input would change the weights.
  const datasets::Dataset<double> data = samples({1, 2, 3, 1e6}, {0, 1, 0, 1}), first = samples({1, 2, 3}, {0, 1, 0});
  const auto trained = [&](const datasets::Dataset<double>& set, double split) {
    nn::Linear<double> model = two_classes(0.1, 0.2);
    optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 0.1});
    nn::FitOptions<double> options = silent(4, 2);
    options.validation_split = split;
    std::ostringstream messages;
    options.messages = &messages;
    const nn::History history = nn::fit(model, optimizer, set, options);
    CHECK(history.columns().size() == (split > 0.0 ? 4 : 2));
    CHECK((split == 0.0) == messages.str().empty());
    return model.weight().value();
  };
  CHECK(trained(data, 0.25) == trained(first, 0.0));
}

TEST_CASE("fit with a loader uses its batches") {
  const auto history = [](bool with_loader) {
    nn::Sequential<double> model = small_network();
    optim::Optimizer<optim::Adam, double> optimizer(model.parameters(), optim::Adam{});
    const datasets::Dataset<double> train = random_samples(30);
    if (!with_loader) return nn::fit(model, optimizer, train, silent(2, 7)).csv();
    datasets::DataLoader<double> loader(train, {.batch_size = 7});
    for ([[maybe_unused]] const auto& batch : loader) break;  // fit begins with epoch 0 nevertheless
    return nn::fit(model, optimizer, loader, silent(2, 1000)).csv();
  };
  CHECK(history(true) == history(false));
}

TEST_CASE("another loss is used for training and validation, the accuracy stays") {
  nn::Linear<double> model = two_classes(1.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 0.0});
  const datasets::Dataset<double> data = samples({1, 2}, {0, 0});
  nn::FitOptions<double> options = silent(1);
  options.validation = &data;
  options.loss = [](const Var<double>& outputs, const Indices&) { return mean(outputs * outputs); };
  const nn::History history = nn::fit(model, optimizer, data, options);
  CHECK(history.csv() == "epoch,accuracy,loss,val_accuracy,val_loss\n1,1,1.25,1,1.25\n");  // (1 + 0 + 4 + 0) / 4
}

TEST_CASE("gradients are clipped if that is asked for") {
  // At w = 0 the gradient is (-x/2, x/2), of norm x / sqrt(2); with a rate of 1 the step is as long as what is left.
  nn::Linear<double> model = two_classes(0.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 1.0});
  nn::FitOptions<double> options = silent(1);
  options.clip_norm = 0.125;
  nn::fit(model, optimizer, samples({1000}, {0}), options);
  const double* w = model.weight().value().data();
  CHECK(std::hypot(w[0], w[1]) == doctest::Approx(0.125).epsilon(1e-8));  // the norm is 707 + 1e-6
  CHECK(w[0] == -w[1]);
}

TEST_CASE("the modes of a network are as before, also of a layer of its own mode, and after an exception") {
  nn::Sequential<double> model = small_network();
  model.eval();
  model[1].train();
  optim::Optimizer<optim::Adam, double> optimizer(model.parameters(), optim::Adam{});
  nn::LambdaCallback<double> failing({.on_batch_end = [](nn::Training<double>& training) {
    CHECK(training.model.is_training());
    throw Error("stop");
  }});
  nn::FitOptions<double> options = silent(1, 8);
  SUBCASE("when it returns") { nn::fit(model, optimizer, random_samples(16), options); }
  SUBCASE("when it throws") {
    options.callbacks = {&failing};
    CHECK(error_text([&] { nn::fit(model, optimizer, random_samples(16), options); }) == "stop");
  }
  CHECK_FALSE(model.is_training());
  CHECK_FALSE(model[0].is_training());
  CHECK(model[1].is_training());
}

TEST_CASE("a layer that was set to evaluation stays so while the others train") {
  nn::Sequential<double> model = small_network();
  model[1].eval();
  const auto running = [&] {
    std::vector<Array<double>> buffers;
    for (const auto& [name, buffer] : model.named_buffers()) buffers.push_back(*buffer);
    return buffers;
  };
  const std::vector<Array<double>> before = running();
  nn::LambdaCallback<double> look({.on_batch_end = [&](nn::Training<double>&) {
    CHECK(model[0].is_training());
    CHECK_FALSE(model[1].is_training());
  }});
  optim::Optimizer<optim::Adam, double> optimizer(model.parameters(), optim::Adam{});
  nn::FitOptions<double> options = silent(2, 8);
  options.callbacks = {&look};
  nn::fit(model, optimizer, random_samples(16), options);
  CHECK(running() == before);
  CHECK_FALSE(model[1].is_training());
  CHECK(model[2].is_training());
}

TEST_CASE("options that make no sense are refused before anything is trained") {
  nn::Sequential<double> model = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(model.parameters(), optim::Adam{});
  const datasets::Dataset<double> train = random_samples(16), narrow = samples({1}, {0}), nothing;
  nn::FitOptions<double> options = silent(1);
  std::string expected;
  SUBCASE("no batch size") {
    options.batch_size = 0;
    expected = "[DataLoader] batch_size is 0; expected at least 1; use for example 32";
  }
  SUBCASE("two ways to validate") {
    options.validation = &train;
    options.validation_split = 0.5;
    expected = "[fit] got both validation and validation_split; give one of them";
  }
  SUBCASE("samples of another shape") {
    options.validation = &narrow;
    expected =
        "[fit] got inputs (16, 4) to train and (1, 1) to validate; expected one sample or more of the same shape";
  }
  SUBCASE("a null callback") {
    options.callbacks = {nullptr};
    expected = "[fit] one of the 1 callbacks is null";
  }
  SUBCASE("a norm of nothing") {
    options.clip_norm = 0.0;
    expected = "[fit] clip_norm is 0; expected a positive number";
  }
  SUBCASE("no loss") {
    options.loss = nullptr;
    expected = "[fit] got no loss; leave it out for the cross-entropy";
  }
  const auto before = state_of(model);
  CHECK(error_text([&] { nn::fit(model, optimizer, train, options); }) == expected);
  CHECK(state_of(model) == before);
  CHECK(optimizer.steps() == 0);
}

TEST_CASE("a training within a NoRecord or an EvaluationMode is refused, and changes no mode") {
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::SGD, double> optimizer(net.parameters(), optim::SGD{});
  const auto before = state_of(net);
  const auto refused = [&](const std::string& text) {
    CHECK(error_text([&] { nn::fit(net, optimizer, random_samples(8), silent(1)); }).starts_with(text));
  };
  {
    const NoRecord pause;
    refused("[fit] a NoRecord is in scope");
  }
  {
    const nn::EvaluationMode evaluation;
    refused("[fit] an EvaluationMode is in scope");
  }
  CHECK(net.is_training());
  CHECK(state_of(net) == before);
}

TEST_CASE("an optimizer of another network is refused, one of a part of the network is not") {
  nn::Sequential<double> model = small_network(), other = small_network();
  optim::Optimizer<optim::Adam, double> wrong(other.parameters(), optim::Adam{});
  CHECK(error_text([&] { nn::fit(model, wrong, random_samples(8), silent(1)); }) ==
        "[fit] none of the 6 parameters of the optimizer is one of the network's 6; build it from the parameters() of "
        "the network that is trained");
  optim::Optimizer<optim::Adam, double> last({model.parameters().back()}, optim::Adam{});
  nn::fit(model, last, random_samples(8), silent(1));
  CHECK(last.steps() == 1);
}

TEST_CASE("a step that throws leaves the running statistics alone") {
  nn::Sequential<double> model = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(model.parameters(), optim::Adam{});
  datasets::Dataset<double> train = random_samples(8);
  train.labels[3] = 3;
  const auto before = state_of(model);
  CHECK(error_text([&] { nn::fit(model, optimizer, train, silent(1)); }).starts_with("[cross_entropy] label 3"));
  CHECK(state_of(model) == before);
}
