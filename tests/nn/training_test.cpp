#include <doctest/doctest.h>
#include <autograd/tape/tape.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <cmath>

using namespace wengert;

namespace {

constexpr std::size_t samples = 64;

struct Quadrants {
  Array<double> inputs;
  Indices labels;
};

/// Points of the plane by whether their coordinates have the same sign: no line separates the two classes.
Quadrants quadrants(Generator& generator) {
  Quadrants data{generator.uniform<double>({samples, 2}, -1.0, 1.0), {}};
  for (std::size_t n = 0; n < samples; ++n) {
    data.labels.push_back(data.inputs.data()[2 * n] * data.inputs.data()[2 * n + 1] > 0.0 ? 1 : 0);
  }
  return data;
}

nn::Sequential<double> network(Generator& generator) {
  return nn::Sequential<double>{nn::Linear<double>(2, 32, generator), nn::BatchNorm1d<double>(32), nn::ReLU<double>(),
                                nn::Linear<double>(32, 2, generator)};
}

template <class Rule>
double train(nn::Sequential<double>& net, const Quadrants& data, const Rule& rule, std::size_t steps) {
  optim::Optimizer optimizer(net.parameters(), rule);
  double last = 0.0;
  for (std::size_t step = 0; step < steps; ++step) {
    Tape<double> tape;
    const Var<double> loss = nn::cross_entropy(net(data.inputs), data.labels);
    optimizer.zero_grad();
    tape.backward(loss);
    optimizer.step();
    last = loss.item();
  }
  return last;
}

std::vector<Array<double>> weights(nn::Sequential<double>& net) {
  std::vector<Array<double>> values;
  for (const Var<double>& parameter : net.parameters()) values.push_back(parameter.value());
  for (const auto& [name, buffer] : net.named_buffers()) values.push_back(*buffer);
  return values;
}

}  // namespace

TEST_CASE("a network with batch norm learns what no line separates") {
  Generator generator(17);
  const Quadrants data = quadrants(generator);
  // A sample that is classified wrongly adds log 2 or more to the sum of the losses, so a mean loss below log 2 / N
  // says that all N are right.
  const double all_right = std::log(2.0) / samples;
  SUBCASE("with Adam") {
    nn::Sequential<double> net = network(generator);
    CHECK(train(net, data, optim::Adam{.learning_rate = 3e-2}, 500) < all_right);
    CHECK(nn::accuracy(net(data.inputs), data.labels) == 1.0);
    net.eval();
    CHECK(nn::accuracy(net(data.inputs), data.labels) == 1.0);  // the running statistics have arrived at the batch's
  }
  SUBCASE("with SGD and momentum") {
    nn::Sequential<double> net = network(generator);
    CHECK(train(net, data, optim::SGD{.learning_rate = 0.1, .momentum = 0.9}, 500) < all_right);
    CHECK(nn::accuracy(net(data.inputs), data.labels) == 1.0);
  }
}

TEST_CASE("the same seed gives bitwise the same trained network") {
  const auto trained = [] {
    Generator generator(23);
    const Quadrants data = quadrants(generator);
    nn::Sequential<double> net = network(generator);
    train(net, data, optim::Adam{}, 20);
    return weights(net);
  };
  CHECK(trained() == trained());
}

TEST_CASE("braces make the layers of a network in the order in which they are written") {
  Generator a(5), b(5);
  nn::Sequential<double> net{nn::Linear<double>(3, 4, a), nn::Linear<double>(4, 2, a)};
  const nn::Linear<double> first(3, 4, b), second(4, 2, b);
  CHECK(net.parameters()[0].value() == first.weight().value());
  CHECK(net.parameters()[2].value() == second.weight().value());
}
