// A training step of an MLP with batch norm (784-128-64-10, Adam) of 32, 128 and 512 samples, float: forward, loss,
// backward, update. The peer, where it is installed, is libtorch's C++ interface.

#include <fmt/core.h>
#include <autograd/autograd.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "ratios.hpp"
#ifdef WENGERT_HAVE_TORCH
#include "torch_peer.hpp"
#endif

namespace nn = wengert::nn;
namespace optim = wengert::optim;

namespace {

constexpr std::size_t inputs = 784;

/// The network on one batch of noise.
struct Step {
  wengert::Generator generator{1};
  wengert::Var<float> x;
  std::vector<std::size_t> labels;
  nn::Sequential<float> net{nn::Linear(inputs, 128, generator), nn::BatchNorm1d(128), nn::ReLU(),
                            nn::Linear(128, 64, generator),     nn::BatchNorm1d(64),  nn::ReLU(),
                            nn::Linear(64, 10, generator)};
  optim::Optimizer<optim::Adam, float> optimizer{net.parameters(), optim::Adam{.learning_rate = 1e-3}};

  explicit Step(std::size_t batch) : x(generator.uniform<float>({batch, inputs})), labels(batch) {
    for (std::size_t& label : labels) label = generator.below(10);
  }

  float operator()() {
    wengert::Tape<float> tape;
    optimizer.zero_grad();
    const wengert::Var<float> loss = nn::cross_entropy(net(x), labels);
    tape.backward(loss);
    optimizer.step();
    return loss.item();
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::pair<std::size_t, double>> sizes{{32, 0.40}, {128, 0.60}, {512, 0.85}};
  std::vector<Ratio> ratios;
  for (const auto& [batch, limit] : sizes) {
    const auto step = std::make_shared<Step>(batch);
    fmt::print("batch {}: loss of the first step {:.4f}\n", batch, (*step)());
    const std::string name = fmt::format("training step, batch {}", batch);
    add_case(name, [step] { (*step)(); });
#ifdef WENGERT_HAVE_TORCH
    peer::use_threads(1);
    const wengert::Array<float>& x = step->x.value();
    const auto torch = std::make_shared<peer::Mlp>(inputs, peer::Floats{x.data(), x.data() + x.size()},
                                                   std::vector<long>{step->labels.begin(), step->labels.end()});
    add_case("libtorch " + name, [torch] { torch->step(); });
    ratios.push_back({name, "libtorch " + name, limit});
#endif
  }
  return run_and_print_ratios(argc, argv, ratios);
}
