// Writes convolutions.json: what libtorch computes for convolutions and poolings in double precision, forward and
// backward, as projections onto vectors that `convolution_numbers.hpp` makes; and, with --layers,
// convolution_layers.json, the rows of those layers for tests/nn/layer_table_test.cpp. Built on request:
//   cmake -S . -B build/release -DWENGERT_BUILD_GOLDEN=ON && cmake --build build/release --target golden_convolutions
//   build/release/tests/golden_convolutions > tests/golden/convolutions.json
//   build/release/tests/golden_convolutions --layers > tests/golden/convolution_layers.json

#include "convolution_numbers.hpp"

#include <torch/torch.h>

#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::ordered_json;
using Sizes = std::vector<int64_t>;
using wengert::golden::mixed_numbers;
using wengert::golden::projection;

torch::Tensor tensor(const Sizes& shape, std::uint64_t seed) {
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  const std::vector<double> numbers = mixed_numbers(static_cast<std::size_t>(count), seed);
  return torch::tensor(numbers, torch::kFloat64).view(shape).clone();
}

std::vector<double> elements(const torch::Tensor& x) {
  const torch::Tensor flat = x.detach().contiguous().view({-1});
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

Json projections(const std::vector<torch::Tensor>& tensors) {
  Json list = Json::array();
  for (const torch::Tensor& x : tensors) list.push_back(projection(elements(x), 99));
  return list;
}

/// Draws whole numbers, the same on every machine.
class Dice {
 public:
  int64_t between(int64_t low, int64_t high) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return low + static_cast<int64_t>((state_ >> 33) % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::uint64_t state_ = 2026;
};

struct Convolution {
  Sizes x, w, stride, padding, dilation;
  int64_t groups;

  bool fits() const {
    for (std::size_t axis = 0; axis < 2; ++axis)
      if (dilation[axis] * (w[2 + axis] - 1) + 1 > x[2 + axis] + 2 * padding[axis]) return false;
    return true;
  }
};

Json computed(const Convolution& c) {
  torch::Tensor x = tensor(c.x, 1).requires_grad_(), w = tensor(c.w, 2).requires_grad_();
  torch::Tensor b = tensor({c.w[0]}, 3).requires_grad_();
  const torch::Tensor y = torch::conv2d(x, w, b, c.stride, c.padding, c.dilation, c.groups);
  const auto gradients = torch::autograd::grad({y}, {x, w, b}, {tensor(y.sizes().vec(), 4)});
  return {{"x", c.x},
          {"w", c.w},
          {"stride", c.stride},
          {"padding", c.padding},
          {"dilation", c.dilation},
          {"groups", c.groups},
          {"y", y.sizes().vec()},
          {"projections", projections({y, gradients[0], gradients[1], gradients[2]})}};
}

Json convolutions() {
  Json list = Json::array();
  const Sizes one{1, 1}, none{0, 0};
  const std::vector<Convolution> chosen{
      {{1, 1, 1, 1}, {1, 1, 1, 1}, one, none, one, 1},       {{1, 1, 28, 28}, {32, 1, 3, 3}, one, none, one, 1},
      {{2, 32, 13, 13}, {64, 32, 3, 3}, one, none, one, 1},  {{3, 64, 5, 5}, {64, 64, 3, 3}, one, none, one, 1},
      {{1, 3, 32, 32}, {5, 3, 3, 3}, one, one, one, 1},      {{2, 8, 32, 32}, {9, 8, 5, 5}, one, none, one, 1},
      {{2, 6, 7, 7}, {6, 1, 3, 3}, one, one, one, 6},        {{2, 6, 21, 20}, {12, 1, 3, 3}, one, one, one, 6},
      {{1, 3, 2, 3}, {4, 3, 5, 7}, one, {3, 3}, one, 1},     {{2, 20, 9, 9}, {35, 20, 1, 1}, one, none, one, 1},
      {{2, 10, 9, 9}, {35, 10, 1, 1}, {2, 2}, none, one, 1}, {{1, 2, 7, 7}, {3, 2, 7, 7}, one, none, one, 1},
      {{1, 130, 4, 4}, {17, 130, 3, 3}, one, one, one, 1},   {{1, 1, 40, 3}, {7, 1, 5, 3}, one, {0, 1}, one, 1},
  };
  for (const Convolution& c : chosen) list.push_back(computed(c));
  Dice dice;
  while (list.size() < 220) {
    const int64_t groups = dice.between(0, 2) == 0 ? dice.between(2, 4) : 1;
    const int64_t in = groups * dice.between(1, 5), out = groups * dice.between(1, 9);
    Convolution c{{dice.between(1, 3), in, dice.between(1, 12), dice.between(1, 19)},
                  {out, in / groups, dice.between(1, 7), dice.between(1, 7)},
                  {dice.between(1, 3), dice.between(1, 3)},
                  {dice.between(0, 3), dice.between(0, 3)},
                  {dice.between(1, 3), dice.between(1, 2)},
                  groups};
    if (c.fits()) list.push_back(computed(c));
  }
  return list;
}

Json poolings() {
  Json list = Json::array();
  Dice dice;
  while (list.size() < 60) {
    const Sizes shape{dice.between(1, 2), dice.between(1, 3), dice.between(1, 9), dice.between(1, 9)};
    const Sizes size{dice.between(1, 4), dice.between(1, 4)}, stride{dice.between(1, 3), dice.between(1, 3)};
    const Sizes padding{dice.between(0, size[0] / 2), dice.between(0, size[1] / 2)};
    const bool ceil_mode = dice.between(0, 1) == 1, count_padding = dice.between(0, 1) == 1;
    if (size[0] > shape[2] + 2 * padding[0] || size[1] > shape[3] + 2 * padding[1]) continue;
    torch::Tensor x = tensor(shape, 5).requires_grad_();
    const torch::Tensor largest = torch::max_pool2d(x, size, stride, padding, {1, 1}, ceil_mode);
    const torch::Tensor mean = torch::avg_pool2d(x, size, stride, padding, ceil_mode, count_padding);
    const torch::Tensor g = tensor(mean.sizes().vec(), 6);
    const auto of_largest = torch::autograd::grad({largest}, {x}, {g});
    const auto of_mean = torch::autograd::grad({mean}, {x}, {g});
    list.push_back({{"x", shape},
                    {"size", size},
                    {"stride", stride},
                    {"padding", padding},
                    {"ceil_mode", ceil_mode},
                    {"count_padding", count_padding},
                    {"y", mean.sizes().vec()},
                    {"projections", projections({largest, of_largest[0], mean, of_mean[0]})}});
  }
  return list;
}

Json array_json(const torch::Tensor& x) { return {{"shape", x.sizes().vec()}, {"values", elements(x)}}; }

/// A row as layers.py writes it.
template <class Layer>
Json row(const std::string& name, const std::string& variant, Layer layer, const Sizes& shape, bool relu = false) {
  layer->to(torch::kFloat64);
  Json state = Json::object(), gradients = Json::object();
  {
    const torch::NoGradGuard pause;
    for (auto& item : layer->named_parameters()) item.value().copy_(tensor(item.value().sizes().vec(), 7));
  }
  for (auto& item : layer->named_parameters()) state[item.key()] = array_json(item.value());
  torch::Tensor x = tensor(shape, 8).requires_grad_();
  torch::Tensor y = layer->forward(x);
  if (relu) y = torch::relu(y);
  const torch::Tensor cotangent = tensor(y.sizes().vec(), 9);
  (y * cotangent).sum().backward();
  gradients["x"] = array_json(x.grad());
  for (auto& item : layer->named_parameters()) gradients[item.key()] = array_json(item.value().grad());
  return {{"layer", name},
          {"variant", variant},
          {"state", state},
          {"x", array_json(x)},
          {"cotangent", array_json(cotangent)},
          {"y", array_json(y)},
          {"gradients", gradients},
          {"state_after", state}};
}

Json layers() {
  namespace nn = torch::nn;
  return {
      row("Conv2d", "", nn::Conv2d(nn::Conv2dOptions(3, 4, 3)), {2, 3, 5, 4}),
      row("Conv2d", "without a bias", nn::Conv2d(nn::Conv2dOptions(3, 4, 3).bias(false)), {2, 3, 5, 4}),
      row("Conv2d", "stride, padding, dilation and groups",
          nn::Conv2d(nn::Conv2dOptions(4, 6, {3, 2}).stride({2, 1}).padding({2, 1}).dilation({2, 3}).groups(2)),
          {2, 4, 6, 5}),
      row("Conv2d", "padding same", nn::Conv2d(nn::Conv2dOptions(2, 3, {3, 2}).padding(torch::kSame)), {1, 2, 4, 5}),
      row("Conv2d", "with relu", nn::Conv2d(nn::Conv2dOptions(3, 4, 3)), {2, 3, 5, 4}, true),
      row("Conv1d", "", nn::Conv1d(nn::Conv1dOptions(3, 4, 3)), {2, 3, 7}),
      row("Conv1d", "stride, padding, dilation and groups",
          nn::Conv1d(nn::Conv1dOptions(4, 2, 2).stride(2).padding(1).dilation(2).groups(2)), {2, 4, 7}),
      row("MaxPool2d", "", nn::MaxPool2d(nn::MaxPool2dOptions(2)), {2, 2, 5, 4}),
      row("MaxPool2d", "stride, padding and ceil mode",
          nn::MaxPool2d(nn::MaxPool2dOptions({3, 2}).stride(2).padding({1, 1}).ceil_mode(true)), {2, 2, 5, 6}),
      row("AvgPool2d", "", nn::AvgPool2d(nn::AvgPool2dOptions(2)), {2, 2, 5, 4}),
      row("AvgPool2d", "stride, padding and ceil mode",
          nn::AvgPool2d(nn::AvgPool2dOptions(3).stride(2).padding(1).ceil_mode(true)), {2, 2, 6, 5}),
      row("AvgPool2d", "padding not counted",
          nn::AvgPool2d(nn::AvgPool2dOptions(3).stride(2).padding(1).count_include_pad(false)), {2, 2, 5, 5}),
      row("AdaptiveAvgPool2d", "", nn::AdaptiveAvgPool2d(nn::AdaptiveAvgPool2dOptions(1)), {2, 3, 3, 2}),
  };
}

void write(const char* key, const Json& rows, const char* before) {
  std::printf("%s\"%s\": [\n", before, key);
  for (std::size_t k = 0; k < rows.size(); ++k)
    std::printf("%s%s\n", rows[k].dump().c_str(), k + 1 < rows.size() ? "," : "");
  std::printf("]");
}

}  // namespace

int main(int count, char** arguments) {
  std::printf("{\"written_with\": \"libtorch %s\",\n", TORCH_VERSION);
  if (count > 1 && std::string(arguments[1]) == "--layers") {
    write("rows", layers(), "");
  } else {
    write("convolutions", convolutions(), "");
    write("poolings", poolings(), ",\n");
  }
  std::printf("}\n");
}
