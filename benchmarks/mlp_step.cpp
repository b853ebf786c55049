// A training step of an MLP with batch norm (784-128-64-10, batch 32, Adam), float: forward, loss, backward, update.
// The peer, where it is installed, is libtorch's C++ interface.

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

int main(int argc, char** argv) {
  constexpr std::size_t batch = 32;
  constexpr std::size_t inputs = 784;
  wengert::Generator generator(1);
  const wengert::Var<float> x(generator.uniform<float>({batch, inputs}));
  std::vector<std::size_t> labels(batch);
  for (std::size_t& label : labels) label = generator.below(10);

  nn::Sequential net{nn::Linear(inputs, 128, generator), nn::BatchNorm1d(128), nn::ReLU(),
                     nn::Linear(128, 64, generator),     nn::BatchNorm1d(64),  nn::ReLU(),
                     nn::Linear(64, 10, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
  const auto step = [&] {
    wengert::Tape<float> tape;
    optimizer.zero_grad();
    const wengert::Var<float> loss = nn::cross_entropy(net(x), labels);
    tape.backward(loss);
    optimizer.step();
    return loss.item();
  };
  fmt::print("loss of the first step: {:.4f}\n", step());
  add_case("training step", [&step] { step(); });
  std::vector<Ratio> ratios;
#ifdef WENGERT_HAVE_TORCH
  peer::use_threads(1);
  peer::Mlp torch(inputs, {x.value().data(), x.value().data() + x.size()}, {labels.begin(), labels.end()});
  add_case("libtorch training step", [&torch] { torch.step(); });
  ratios.push_back({"training step", "libtorch training step", 0.45});
#endif
  return run_and_print_ratios(argc, argv, ratios);
}
