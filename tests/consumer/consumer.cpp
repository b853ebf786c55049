// A stranger's program that trains a network.
#include <autograd/autograd.hpp>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

using namespace wengert;

namespace {

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

int main() { return training_works() ? 0 : 1; }
