#include <autograd/tape/tape.hpp>
#include <datasets/collections/digits.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <numeric>

#include "convolution_numbers.hpp"
#include "golden.hpp"

namespace wengert::golden {
namespace {

constexpr std::size_t steps = 20, batch_size = 32;

template <class T>
nn::Sequential<T> network() {
  Generator generator(1);  // of weights that are then replaced
  return nn::Sequential<T>{
      nn::Conv2d<T>(1, 8, 3, generator),  nn::ReLU<T>(), nn::BatchNorm2d<T>(8),  nn::MaxPool2d<T>(2),
      nn::Conv2d<T>(8, 12, 2, generator), nn::ReLU<T>(), nn::BatchNorm2d<T>(12), nn::Flatten<T>(),
      nn::Linear<T>(48, 16, generator),   nn::ReLU<T>(), nn::BatchNorm1d<T>(16), nn::Linear<T>(16, 10, generator)};
}

/// The same numbers as `start` in cnn_training.cpp.
template <class T>
void start(nn::Sequential<T>& net) {
  std::uint64_t seed = 0;
  for (const auto& [name, parameter] : net.named_parameters()) {
    const bool is_scale = parameter.rank() == 1 && name.ends_with("weight");
    const double in = static_cast<double>(parameter.size()) / static_cast<double>(parameter.shape()[0]);
    const double spread = parameter.rank() > 1 ? 1.0 / std::sqrt(in) : 0.125;
    Array<T> numbers = empty<T>(parameter.shape());
    std::size_t k = 0;
    for (const double number : mixed_numbers(parameter.size(), seed++)) {
      numbers.data()[k++] = static_cast<T>((is_scale ? 1.0 : 0.0) + spread * number);
    }
    parameter.set_value(std::move(numbers));
  }
}

template <class T>
Numbers losses() {
  datasets::Dataset<T> digits = datasets::digits<T>();
  digits.inputs /= T(16);
  digits.feature_names.clear();
  digits.inputs.reshape(Shape{digits.size(), 1, 8, 8});
  nn::Sequential<T> net = network<T>();
  start(net);
  optim::Optimizer<optim::Adam, T> optimizer(net.parameters(), optim::Adam{.learning_rate = 0.005});
  const auto loss_of = [&](std::size_t step) {
    std::vector<std::size_t> rows(batch_size);
    std::iota(rows.begin(), rows.end(), batch_size * step);
    const datasets::Dataset<T> batch = digits.select(rows);
    return nn::cross_entropy(net(batch.inputs), batch.labels);
  };
  Numbers losses;
  for (std::size_t step = 0; step < steps; ++step) {
    Tape<T> tape;
    const Var<T> loss = loss_of(step);
    losses.push_back(static_cast<double>(loss.item()));
    optimizer.zero_grad();
    tape.backward(loss);
    optimizer.step();
  }
  const NoRecord pause;
  losses.push_back(static_cast<double>(loss_of(steps).item()));
  net.eval();
  losses.push_back(static_cast<double>(loss_of(steps).item()));
  return losses;
}

}  // namespace

TEST_CASE("twenty steps of a convolutional network have the losses of PyTorch from the same weights and batches") {
  const Json file = read("cnn_training.json");
  const Numbers in_double = file["float64"], in_float = file["float32"];
  REQUIRE(in_double.size() == steps + 2);
  CHECK(in_double[steps] < 0.6 * in_double[0]);
  // Measured: 1.3e-15 and 1.8e-7. Another processor adds in another order.
  CHECK(largest_error(losses<double>(), in_double, 0.0) < 1e-13);
  CHECK(largest_error(losses<float>(), in_float, 0.0) < 1e-5);
}

}  // namespace wengert::golden
