// A training step inside `fit`, with the loader, the metrics and everything else that fit does (784-128-64-10 with
// batch norm, batch 32, Adam, float), and a whole epoch of the size of MNIST with its validation. The peer, where it is
// installed, is libtorch's C++ interface in a loop that does the same. The images are random.

#include <fmt/core.h>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "ratios.hpp"
#ifdef WENGERT_HAVE_TORCH
#include "torch_peer.hpp"
#endif

namespace nn = wengert::nn;
namespace optim = wengert::optim;
namespace datasets = wengert::datasets;

namespace {

constexpr std::size_t batch = 32;
constexpr std::size_t inputs = 784;

datasets::Dataset<float> random_images(std::size_t count, wengert::Generator& generator) {
  datasets::Dataset<float> images{generator.uniform<float>({count, inputs}), {}, {}, {}};
  for (std::size_t n = 0; n < count; ++n) images.labels.push_back(generator.below(10));
  return images;
}

}  // namespace

int main(int argc, char** argv) {
  wengert::Generator generator(1);
  nn::Sequential net{nn::Linear(inputs, 128, generator), nn::BatchNorm1d(128), nn::ReLU(),
                     nn::Linear(128, 64, generator),     nn::BatchNorm1d(64),  nn::ReLU(),
                     nn::Linear(64, 10, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
  nn::FitOptions<float> options{.batch_size = batch, .verbose = nn::Verbose::silent};

  const datasets::Dataset<float> images = random_images(64 * batch, generator);
  datasets::DataLoader<float> loader(images, {.batch_size = batch});
  add_case("64 steps in fit", [&] { nn::fit(net, optimizer, loader, options); });

  const datasets::Dataset<float> validation = random_images(10000, generator);
  datasets::DataLoader<float> large_loader(random_images(60000, generator), {.batch_size = batch});
  nn::FitOptions<float> with_validation = options;
  with_validation.validation = &validation;
  add_case("epoch of 60,000 and validation", [&] { nn::fit(net, optimizer, large_loader, with_validation); });

  std::vector<Ratio> ratios;
#ifdef WENGERT_HAVE_TORCH
  peer::use_threads(1);
  peer::Mlp torch(inputs, {images.inputs.data(), images.inputs.data() + images.inputs.size()},
                  {images.labels.begin(), images.labels.end()});
  add_case("64 steps with libtorch", [&torch] { torch.epoch(batch); });
  ratios.push_back({"64 steps in fit", "64 steps with libtorch", 0.45});
#endif
  return run_and_print_ratios(argc, argv, ratios);
}
