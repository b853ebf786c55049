// Layers without parameters at 64x32x26x26, float, training mode: forward, and the adjoint of x for a random cotangent.
// The peer, where it is installed, is libtorch's C++ interface.

#include <autograd/autograd.hpp>
#include <nn/nn.hpp>

#include "ratios.hpp"
#ifdef WENGERT_HAVE_TORCH
#include "torch_peer.hpp"
#endif

namespace nn = wengert::nn;

namespace {

const wengert::Shape shape{64, 32, 26, 26};

void add(const std::string& name, const std::shared_ptr<nn::Module<float>>& layer, wengert::Generator& generator,
         std::vector<Ratio>& ratios) {
  const wengert::Var<float> x = wengert::parameter(generator.normal<float>(shape), "x");
  const wengert::Var<float> cotangent(generator.normal<float>(layer->output_shape(shape)));
  add_case(name, [=] {
    wengert::Tape<float> tape;
    const wengert::Var<float> y = (*layer)(x);
    benchmark::DoNotOptimize(tape.pullback(y, cotangent, {x}));
  });
#ifdef WENGERT_HAVE_TORCH
  const auto torch = std::make_shared<peer::Layer>(name, std::vector<std::size_t>(shape.begin(), shape.end()));
  add_case("libtorch " + name, [=] { torch->run(); });
  ratios.push_back({name, "libtorch " + name, 0.60});
#endif
}

}  // namespace

int main(int argc, char** argv) {
  wengert::Generator generator(1);
#ifdef WENGERT_HAVE_TORCH
  peer::use_threads(1);
#endif
  std::vector<Ratio> ratios;
  add("relu", std::make_shared<nn::ReLU<float>>(), generator, ratios);
  add("max_pool", std::make_shared<nn::MaxPool2d<float>>(2), generator, ratios);
  add("dropout", std::make_shared<nn::Dropout<float>>(0.25, generator), generator, ratios);
  return run_and_print_ratios(argc, argv, ratios);
}
