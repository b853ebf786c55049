#include <autograd/tape/tape.hpp>
#include <datasets/collections/digits.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <cstdint>
#include <memory>
#include <numeric>

#include "golden.hpp"

using namespace wengert;
using golden::Json;
using golden::Numbers;

namespace {

constexpr std::size_t batch_size = 32;

template <class T>
nn::Sequential<T> network() {
  Generator generator(1);  // of weights that are then replaced
  return nn::Sequential<T>{nn::Linear<T>(64, 32, generator), nn::BatchNorm1d<T>(32), nn::ReLU<T>(),
                           nn::Linear<T>(32, 16, generator), nn::BatchNorm1d<T>(16), nn::ReLU<T>(),
                           nn::Linear<T>(16, 10, generator)};
}

/// The same numbers as `draw` in mlp_training.py.
template <class T>
void draw(nn::Sequential<T>& net) {
  std::uint32_t state = 1;
  for (const auto& [name, parameter] : net.named_parameters()) {
    const bool is_batch_norm_weight = name == "1.weight" || name == "4.weight";
    const double centre = is_batch_norm_weight ? 1.0 : 0.0;
    const double spread = parameter.rank() == 2 ? 1.0 / std::sqrt(static_cast<double>(parameter.shape()[1])) : 0.125;
    for (T& weight : parameter.mutable_value()) {
      state = 1664525u * state + 1013904223u;
      weight = static_cast<T>(centre + spread * (static_cast<double>(state) / 2147483648.0 - 1.0));
    }
  }
}

template <class T>
std::unique_ptr<optim::AnyOptimizer<T>> optimizer_of(const std::string& name, std::vector<Var<T>> parameters) {
  if (name == "Adam") {
    return std::make_unique<optim::Optimizer<optim::Adam, T>>(std::move(parameters),
                                                              optim::Adam{.learning_rate = 0.005});
  }
  return std::make_unique<optim::Optimizer<optim::SGD, T>>(std::move(parameters),
                                                           optim::SGD{.learning_rate = 0.05, .momentum = 0.9});
}

template <class T>
Numbers losses(const std::string& optimizer_name, std::size_t count) {
  datasets::Dataset<T> digits = datasets::digits<T>();
  digits.inputs /= T(16);
  nn::Sequential<T> net = network<T>();
  draw(net);
  const auto optimizer = optimizer_of(optimizer_name, net.parameters());
  Numbers losses;
  for (std::size_t step = 0; step < count; ++step) {
    std::vector<std::size_t> rows(batch_size);
    std::iota(rows.begin(), rows.end(), batch_size * step);
    const datasets::Dataset<T> batch = digits.select(rows);
    Tape<T> tape;
    const Var<T> loss = nn::cross_entropy(net(batch.inputs), batch.labels);
    losses.push_back(static_cast<double>(loss.item()));
    optimizer->zero_grad();
    tape.backward(loss);
    optimizer->step();
  }
  return losses;
}

}  // namespace

TEST_CASE("fifty steps of a network with batch norm have the losses of PyTorch from the same weights and batches") {
  const Json file = golden::read("mlp_training.json");
  for (const Json& training : file["trainings"]) {
    const Numbers expected = training["losses"];
    REQUIRE(expected.size() == 51);
    const std::string optimizer = training["optimizer"], type = training["type"];
    const bool is_double = type == "float64";
    CAPTURE(optimizer);
    CAPTURE(type);
    const Numbers actual = is_double ? losses<double>(optimizer, 51) : losses<float>(optimizer, 51);
    CHECK(actual.back() < 0.4 * actual.front());
    // Measured: 1.0e-15 and 3.8e-7. Another processor rounds in other places, which is a rounding more or less in each
    // product.
    CHECK(golden::largest_error(actual, expected, 0.0) < (is_double ? 1e-13 : 1e-5));
  }
}
