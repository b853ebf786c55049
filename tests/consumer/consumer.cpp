// A stranger's program with plain flags: its own formula runs on narrower lanes than the library's, side by side.
#include <autograd/autograd.hpp>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <cmath>

using namespace wengert;

namespace {

/// Whether the gradient of a formula that is compiled here is 2 x cos(x²).
bool own_formula_is_right() {
  const Var<double> x = parameter(Array<double>{0.1, 0.2, 0.3, 0.4, 0.5}, "x");
  Tape<double> tape;
  tape.backward(sum(map([](auto a) { return sin(a * a); }, x)));
  double worst = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = x.value().data()[i];
    worst = std::max(worst, std::abs(x.grad().data()[i] - 2.0 * a * std::cos(a * a)));
  }
  fmt::print("own formula: largest error {:.0e}\n", worst);
  return worst < 1e-15;
}

/// Whether a step of the compiled library reduces the loss.
bool training_works() {
  Generator generator(1);
  nn::Sequential net{nn::Linear(4, 8, generator), nn::BatchNorm1d(8), nn::ReLU(), nn::Linear(8, 3, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-2});
  const datasets::Dataset<float> iris = datasets::iris<float>();
  const auto step = [&] {
    Tape tape;
    const Var loss = nn::cross_entropy(net(iris.inputs), iris.labels);
    optimizer.zero_grad();
    tape.backward(loss);
    optimizer.step();
    return loss.item();
  };
  const float before = step();
  for (int i = 0; i < 20; ++i) step();
  const float after = step();
  fmt::print("loss on iris: {:.3f}, after 20 steps {:.3f}\n", before, after);
  return after < before;
}

}  // namespace

int main() { return own_formula_is_right() && training_works() ? 0 : 1; }
