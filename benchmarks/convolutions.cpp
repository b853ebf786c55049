// Convolutions, float: the three of the documents' network and shapes that nothing was tuned for, forward, and forward
// with the gradients of input, weight and bias, as a share of what the processor can multiply. The peer, where it is
// installed, is libtorch.

#include <fmt/core.h>
#include <autograd/autograd.hpp>

#include "ratios.hpp"
#ifdef WENGERT_HAVE_TORCH
#include "torch_peer.hpp"
#endif

namespace {

using wengert::Array;
using wengert::Var;

struct Shape {
  std::string name;
  std::size_t samples, in_channels, out_channels, side, taps, stride, padding, groups;

  std::size_t out_side() const { return (side + 2 * padding - taps) / stride + 1; }
  double operations() const {
    const std::size_t patch = in_channels / groups * taps * taps;
    return 2.0 * static_cast<double>(samples * out_channels * out_side() * out_side() * patch);
  }
};

const std::vector<Shape> shapes{
    {"conv1 1-32 28x28", 64, 1, 32, 28, 3, 1, 0, 1},    {"conv2 32-64 13x13", 64, 32, 64, 13, 3, 1, 0, 1},
    {"conv3 64-64 5x5", 64, 64, 64, 5, 3, 1, 0, 1},     {"64-64 56x56", 4, 64, 64, 56, 3, 1, 1, 1},
    {"128-128 28x28", 8, 128, 128, 28, 3, 1, 1, 1},     {"256-256 14x14", 8, 256, 256, 14, 3, 1, 1, 1},
    {"1x1 256-64 28x28", 8, 256, 64, 28, 1, 1, 0, 1},   {"5x5 32-64 28x28", 8, 32, 64, 28, 5, 1, 2, 1},
    {"depthwise 64 28x28", 8, 64, 64, 28, 3, 1, 1, 64}, {"stride 2, 64-128 28x28", 8, 64, 128, 28, 3, 2, 1, 1},
};

/// One shape: the calls of ours and of the peer, the ratios, and the work.
void add_shape(const Shape& shape, wengert::Generator& generator, std::vector<Ratio>& ratios, std::vector<Work>& work) {
  const Var<float> x =
      wengert::parameter(generator.normal<float>({shape.samples, shape.in_channels, shape.side, shape.side}), "x");
  const Var<float> w = wengert::parameter(
      generator.normal<float>({shape.out_channels, shape.in_channels / shape.groups, shape.taps, shape.taps}), "w");
  const Var<float> bias = wengert::parameter(generator.normal<float>({shape.out_channels}), "bias");
  const wengert::ConvolutionOptions<float> options{
      .stride = shape.stride, .padding = shape.padding, .groups = shape.groups, .bias = bias};
  const Array<float> g =
      generator.normal<float>({shape.samples, shape.out_channels, shape.out_side(), shape.out_side()});
  const std::string forward = shape.name + ", forward", backward = shape.name + ", and backward";
  add_case(forward, [=] { conv2d(x, w, options); });
  add_case(backward, [=] {
    wengert::Tape<float> tape;
    tape.pullback(conv2d(x, w, options), g, {x, w, bias});
  });
  work.push_back({forward, shape.operations()});
  work.push_back({backward, 3.0 * shape.operations()});
#ifdef WENGERT_HAVE_TORCH
  const auto torch = std::make_shared<peer::Convolution>(
      peer::ConvolutionShape{shape.samples, shape.in_channels, shape.out_channels, shape.side, shape.taps, shape.stride,
                             shape.padding, shape.groups});
  add_case("libtorch " + forward, [=] { torch->forward(); });
  add_case("libtorch " + backward, [=] { torch->backward(); });
  ratios.push_back({forward, "libtorch " + forward, 0.95});
  ratios.push_back({backward, "libtorch " + backward, 0.95});
#endif
}

}  // namespace

int main(int argc, char** argv) {
#ifdef WENGERT_HAVE_TORCH
  peer::use_threads(1);
#endif
  wengert::Generator generator(1);
  std::vector<Ratio> ratios;
  std::vector<Work> work;
  for (const Shape& shape : shapes) add_shape(shape, generator, ratios, work);
  return run_and_print_ratios(argc, argv, ratios, work);
}
