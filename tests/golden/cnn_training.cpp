// Writes cnn_training.json: the losses of trainings of a small convolutional network with batch norm by libtorch, for
// cnn_training_test.cpp. Built on request:
//   cmake -S . -B build/release -DWENGERT_BUILD_GOLDEN=ON && cmake --build build/release --target golden_cnn_training
//   build/release/tests/golden_cnn_training > tests/golden/cnn_training.json
// The weights and the batches are not stored: parameter k of the network starts with `mixed_numbers` of seed k, scaled
// as `start` says, and the batch of step s is the rows 32 s to 32 s + 31 of the digits. Loss number s is that of batch
// s after s steps; the last number is the loss of the batch behind them in evaluation, with the running statistics.

#include "convolution_numbers.hpp"

#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace {

namespace nn = torch::nn;
using Json = nlohmann::ordered_json;

constexpr int64_t steps = 20, batch_size = 32, pixels = 64;

struct Digits {
  torch::Tensor images;  // (N, 1, 8, 8)
  torch::Tensor labels;  // (N)
};

Digits read_digits(torch::Dtype type) {
  std::ifstream file(WENGERT_SOURCE_DIR "/datasets/data/digits.csv");
  std::vector<double> images;
  std::vector<int64_t> labels;
  std::string line, cell;
  std::getline(file, line);  // the names of the columns
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    for (int64_t k = 0; k < pixels && std::getline(cells, cell, ','); ++k) images.push_back(std::stod(cell) / 16.0);
    std::getline(cells, cell);
    labels.push_back(std::stol(cell));
  }
  const auto count = static_cast<int64_t>(labels.size());
  return {torch::tensor(images, torch::kFloat64).view({count, 1, 8, 8}).to(type), torch::tensor(labels)};
}

nn::Sequential network() {
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 8, 3)), nn::ReLU(), nn::BatchNorm2d(8),
                        nn::MaxPool2d(nn::MaxPool2dOptions(2)), nn::Conv2d(nn::Conv2dOptions(8, 12, 2)), nn::ReLU(),
                        nn::BatchNorm2d(12), nn::Flatten(), nn::Linear(48, 16), nn::ReLU(), nn::BatchNorm1d(16),
                        nn::Linear(16, 10));
}

/// Weights have the spread 1 / sqrt(in), a γ is around 1, a bias or β around 0.
torch::Tensor start(const std::string& name, const torch::Tensor& parameter, std::uint64_t seed) {
  const bool is_scale = parameter.dim() == 1 && name.find("weight") != std::string::npos;
  const double in = static_cast<double>(parameter.numel()) / static_cast<double>(parameter.size(0));
  const double spread = parameter.dim() > 1 ? 1.0 / std::sqrt(in) : 0.125;
  std::vector<double> numbers = wengert::golden::mixed_numbers(static_cast<std::size_t>(parameter.numel()), seed);
  for (double& number : numbers) number = (is_scale ? 1.0 : 0.0) + spread * number;
  return torch::tensor(numbers, torch::kFloat64).view(parameter.sizes());
}

Json losses(torch::Dtype type) {
  const Digits digits = read_digits(type);
  nn::Sequential net = network();
  net->to(type);
  {
    const torch::NoGradGuard pause;
    std::uint64_t seed = 0;
    for (auto& item : net->named_parameters()) item.value().copy_(start(item.key(), item.value(), seed++));
  }
  torch::optim::Adam optimizer(net->parameters(), torch::optim::AdamOptions(0.005));
  const auto loss_of = [&](int64_t step) {
    const torch::Tensor logits = net->forward(digits.images.narrow(0, step * batch_size, batch_size));
    return torch::nn::functional::cross_entropy(logits, digits.labels.narrow(0, step * batch_size, batch_size));
  };
  Json list = Json::array();
  for (int64_t step = 0; step < steps; ++step) {
    torch::Tensor loss = loss_of(step);
    list.push_back(loss.item<double>());
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  list.push_back(loss_of(steps).item<double>());
  net->eval();
  list.push_back(loss_of(steps).item<double>());
  return list;
}

}  // namespace

int main() {
  torch::set_num_threads(1);
  std::printf("{\"written_with\": \"libtorch %s\",\n\"float64\": %s,\n\"float32\": %s}\n", TORCH_VERSION,
              losses(torch::kFloat64).dump().c_str(), losses(torch::kFloat32).dump().c_str());
}
