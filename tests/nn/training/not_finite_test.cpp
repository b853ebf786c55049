#include <doctest/doctest.h>
#include <nn/training/fit.hpp>

#include <limits>

#include "../../error_text.hpp"
#include "../../infinity.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

constexpr const char* advice =
    ". The network and the optimizer are as before this batch; check the data, lower the learning rate or clip the "
    "gradients";

/// Divides by zero once it is told to, and draws a random number in every pass.
class Trap final : public nn::Module<double> {
 public:
  Var<double> forward(const Var<double>& x) override {
    generator.uniform();
    return armed ? x / Var<double>(0.0) : x;
  }
  nn::Parts<double> parts() override { return {.generators = {{"generator", &generator}}}; }

  Generator generator{5};
  bool armed = false;
};

nn::Sequential<double> network_with_trap() {
  Generator generator(1);
  nn::Sequential<double> block{nn::BatchNorm1d<double>(5), Trap()};
  nn::Sequential<double> net{nn::Linear<double>(4, 5, generator)};
  net.add(std::move(block)).add(nn::Linear<double>(5, 3, generator));
  return net;
}

Trap& trap_of(nn::Sequential<double>& net) {
  return dynamic_cast<Trap&>(dynamic_cast<nn::Sequential<double>&>(net[1])[1]);
}

}  // namespace

TEST_CASE("a loss that is not finite names epoch, batch and layer, and the step has changed nothing") {
  nn::Sequential<double> net = network_with_trap();
  Trap& trap = trap_of(net);
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  std::vector<Array<double>> before;
  Generator drawn(0);
  nn::LambdaCallback<double> arm({.on_batch_end = [&](nn::Training<double>& training) {
    if (training.epoch < 2 || training.batch < 3) return;
    before = state_of(net);
    drawn = trap.generator;
    trap.armed = true;
  }});
  nn::FitOptions<double> options = silent(5, 8);
  options.callbacks = {&arm};
  try {
    nn::fit(net, optimizer, random_samples(40), options);
    FAIL("expected LossNotFinite");
  } catch (const nn::LossNotFinite& error) {
    CHECK(std::string(error.what()).starts_with("[fit] the loss of batch 4 in epoch 2 is "));
    CHECK(std::string(error.what())
              .ends_with(std::string(": the first output that is not finite is that of layer '1.1' (Trap)") + advice));
    CHECK(error.epoch() == 2);
    CHECK(error.batch() == 4);
    CHECK(error.history().epochs() == 1);
  }
  CHECK(state_of(net) == before);
  CHECK(trap.generator == drawn);
  CHECK(optimizer.steps() == 8);
}

TEST_CASE("the message tells data, parameters, layers and the loss function apart") {
  nn::Sequential<double> net = small_network();
  datasets::Dataset<double> data = random_samples(8);
  nn::FitOptions<double> options = silent(1);
  std::string where;
  SUBCASE("data") {
    data.inputs(5, 2) = infinity;
    where = "the inputs of the batch are not finite";
  }
  SUBCASE("targets") {
    data.labels.clear();
    data.targets = full<double>({8, 3}, 0.5);
    (*data.targets)(6, 1) = std::numeric_limits<double>::quiet_NaN();
    options.loss = nn::mse<double>;
    where = "the targets of the batch are not finite";
  }
  SUBCASE("a parameter") {
    net.parameters()[2].mutable_value().data()[1] = -infinity;
    where = "the parameter '1.weight' is not finite since an earlier step";
  }
  SUBCASE("an overflow") {
    net.parameters()[0].set_value(full<double>({5, 4}, std::numeric_limits<double>::max()));
    where = "the first output that is not finite is that of layer '0' (Linear)";
  }
  SUBCASE("the loss function") {
    options.loss = [](const Var<double>& outputs, const Indices&) { return mean(outputs) + Var<double>(infinity); };
    where = "the outputs of all layers are finite, so it is the loss function that makes it so";
  }
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  const auto before = state_of(net);
  const std::string error = error_text([&] { nn::fit(net, optimizer, data, options); });
  CHECK_MESSAGE(error.ends_with(": " + where + advice), error);
  CHECK(state_of(net) == before);
}

TEST_CASE("the layer is found with the random numbers of the pass that failed") {
  /// Divides by zero in the pass for which it draws the first number of its generator.
  class Unlucky final : public nn::Module<double> {
   public:
    Var<double> forward(const Var<double>& x) override {
      return generator.uniform() == first ? x / Var<double>(0.0) : x;
    }
    nn::Parts<double> parts() override { return {.generators = {{"generator", &generator}}}; }

    Generator generator{5};
    double first = Generator(5).uniform();
  };
  Generator generator(1);
  nn::Sequential<double> net{nn::Linear<double>(4, 3, generator), Unlucky()};
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  CHECK(error_text([&] {
          nn::fit(net, optimizer, random_samples(8), silent(1));
        }).find("is that of layer '1' (Unlucky). ") != std::string::npos);
}

TEST_CASE("a network that is no Sequential is named as a whole") {
  nn::Linear<double> model = two_classes(std::numeric_limits<double>::max(), 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  CHECK(error_text([&] {
          nn::fit(model, optimizer, samples({10}, {1}), silent(1));
        }).find("is that of the network (Linear). ") != std::string::npos);
}

TEST_CASE("a training that fails at once leaves the table of an earlier one") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "history.csv";
  write_text(file, "epoch,accuracy,loss\n1,0.5,0.5\n");
  nn::CSVLogger<double> logger(file);
  nn::Linear<double> model = two_classes(0.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  nn::FitOptions<double> options = silent(1);
  options.callbacks = {&logger};
  CHECK_THROWS_AS(nn::fit(model, optimizer, samples({infinity}, {1}), options), nn::LossNotFinite);
  CHECK(text_of(file) == "epoch,accuracy,loss\n1,0.5,0.5\n");
}
