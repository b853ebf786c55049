#include <torch/torch.h>

#include "torch_peer.hpp"

extern "C" {
[[gnu::weak]] void openblas_set_num_threads(int threads);  // which libtorch does not set
}

namespace peer {
namespace {

torch::Tensor tensor(const Floats& values, const std::vector<std::size_t>& shape) {
  const std::vector<int64_t> sizes(shape.begin(), shape.end());
  return torch::from_blob(const_cast<float*>(values.data()), sizes).clone();
}

}  // namespace

struct BatchNorm::State {
  torch::Tensor x, gamma, beta, cotangent, running_mean, running_variance, gradient;
  std::vector<int64_t> axes, kept;
};

BatchNorm::BatchNorm(const std::vector<std::size_t>& shape, const Floats& x, const Floats& gamma, const Floats& beta,
                     const Floats& cotangent)
    : state_(new State) {
  state_->x = tensor(x, shape).requires_grad_();
  state_->gamma = tensor(gamma, {gamma.size()}).requires_grad_();
  state_->beta = tensor(beta, {beta.size()}).requires_grad_();
  state_->cotangent = tensor(cotangent, shape);
  state_->running_mean = torch::zeros({static_cast<int64_t>(gamma.size())});
  state_->running_variance = torch::ones({static_cast<int64_t>(gamma.size())});
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis != 1) state_->axes.push_back(static_cast<int64_t>(axis));
    state_->kept.push_back(axis == 1 ? static_cast<int64_t>(gamma.size()) : 1);
  }
}

BatchNorm::~BatchNorm() = default;

void BatchNorm::native() {
  State& s = *state_;
  const torch::Tensor y =
      torch::batch_norm(s.x, s.gamma, s.beta, s.running_mean, s.running_variance, true, 0.1, 1e-5, false);
  s.gradient = torch::autograd::grad({y}, {s.x, s.gamma, s.beta}, {s.cotangent})[0];
}

void BatchNorm::composed() {
  State& s = *state_;
  const torch::Tensor centred = s.x - s.x.mean(s.axes, true);
  const torch::Tensor variance = centred.square().mean(s.axes, true);
  const torch::Tensor normalised = centred * torch::rsqrt(variance + 1e-5);
  const torch::Tensor y = s.gamma.view(s.kept) * normalised + s.beta.view(s.kept);
  s.gradient = torch::autograd::grad({y}, {s.x, s.gamma, s.beta}, {s.cotangent})[0];
}

Floats BatchNorm::gradient() const {
  const torch::Tensor flat = state_->gradient.contiguous().view({-1});
  return Floats(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
}

struct Mlp::State {
  torch::nn::Sequential net;
  std::unique_ptr<torch::optim::Adam> optimizer;
  torch::Tensor x, labels;
};

Mlp::Mlp(std::size_t inputs, const Floats& x, const std::vector<long>& labels) : state_(new State) {
  using namespace torch::nn;
  const auto width = static_cast<int64_t>(inputs);
  state_->net = Sequential(Linear(width, 128), BatchNorm1d(128), ReLU(), Linear(128, 64), BatchNorm1d(64), ReLU(),
                           Linear(64, 10));
  state_->optimizer = std::make_unique<torch::optim::Adam>(state_->net->parameters(), torch::optim::AdamOptions(1e-3));
  state_->x = tensor(x, {labels.size(), inputs});
  state_->labels = torch::tensor(std::vector<int64_t>(labels.begin(), labels.end()));
}

Mlp::~Mlp() = default;

float Mlp::step() {
  state_->optimizer->zero_grad();
  const torch::Tensor loss = torch::nn::functional::cross_entropy(state_->net->forward(state_->x), state_->labels);
  loss.backward();
  state_->optimizer->step();
  return loss.item<float>();
}

double Mlp::epoch(std::size_t batch_size) {
  State& s = *state_;
  const int64_t count = s.labels.size(0);
  double sum = 0.0;
  for (const torch::Tensor& rows : torch::randperm(count).split(static_cast<int64_t>(batch_size))) {
    const torch::Tensor x = s.x.index_select(0, rows), labels = s.labels.index_select(0, rows);
    s.optimizer->zero_grad();
    const torch::Tensor logits = s.net->forward(x);
    const torch::Tensor loss = torch::nn::functional::cross_entropy(logits, labels);
    loss.backward();
    s.optimizer->step();
    const auto weight = static_cast<double>(rows.size(0));
    sum += weight * loss.item<double>() + (logits.argmax(1) == labels).sum().item<double>();
  }
  return sum / static_cast<double>(count);
}

struct Cnn::State {
  torch::nn::Sequential net;
  std::unique_ptr<torch::optim::Adam> optimizer;
  torch::Tensor x, labels;
};

Cnn::Cnn(bool batch_norm, const Floats& x, const std::vector<long>& labels) : state_(new State) {
  using namespace torch::nn;
  Sequential& net = state_->net;
  int64_t channels = 1;
  for (const int64_t width : {32, 64, 64}) {
    if (channels > 1) net->push_back(MaxPool2d(2));
    net->push_back(Conv2d(channels, width, 3));
    net->push_back(ReLU(ReLUOptions(true)));
    if (batch_norm) net->push_back(BatchNorm2d(width));
    channels = width;
  }
  net->push_back(Flatten());
  net->push_back(Linear(channels * 9, 64));
  net->push_back(ReLU(ReLUOptions(true)));
  if (batch_norm) net->push_back(BatchNorm1d(64));
  net->push_back(Linear(64, 10));
  state_->optimizer = std::make_unique<torch::optim::Adam>(net->parameters(), torch::optim::AdamOptions(1e-3));
  state_->x = tensor(x, {labels.size(), 1, 28, 28});
  state_->labels = torch::tensor(std::vector<int64_t>(labels.begin(), labels.end()));
}

Cnn::~Cnn() = default;

float Cnn::step() {
  state_->net->train();
  state_->optimizer->zero_grad();
  const torch::Tensor loss = torch::nn::functional::cross_entropy(state_->net->forward(state_->x), state_->labels);
  loss.backward();
  state_->optimizer->step();
  return loss.item<float>();
}

void Cnn::infer() {
  const torch::NoGradGuard pause;
  state_->net->eval();
  state_->net->forward(state_->x);
}

struct Layer::State {
  std::string name;
  torch::Tensor x, cotangent;

  torch::Tensor forward() const {
    if (name == "relu") return torch::relu(x);
    if (name == "max_pool") return torch::max_pool2d(x, 2);
    return torch::dropout(x, 0.25, true);
  }
};

Layer::Layer(const std::string& name, const std::vector<std::size_t>& shape)
    : state_(
          new State{name, torch::randn(std::vector<int64_t>(shape.begin(), shape.end()), torch::requires_grad()), {}}) {
  state_->cotangent = torch::randn_like(state_->forward());
}

Layer::~Layer() = default;

void Layer::run() {
  state_->x.mutable_grad() = torch::Tensor();
  state_->forward().backward(state_->cotangent);
}

struct Convolution::State {
  torch::Tensor x, weight, bias, cotangent;
  int64_t stride, padding, groups;

  torch::Tensor forward() const { return torch::conv2d(x, weight, bias, stride, padding, 1, groups); }
};

Convolution::Convolution(const ConvolutionShape& shape) : state_(new State) {
  const auto size = [](std::size_t n) { return static_cast<int64_t>(n); };
  state_->stride = size(shape.stride);
  state_->padding = size(shape.padding);
  state_->groups = size(shape.groups);
  const int64_t side = size(shape.side), taps = size(shape.taps), out = size(shape.out_channels);
  state_->x = torch::randn({size(shape.samples), size(shape.in_channels), side, side}).requires_grad_();
  state_->weight = torch::randn({out, size(shape.in_channels / shape.groups), taps, taps}).requires_grad_();
  state_->bias = torch::randn({out}).requires_grad_();
  const torch::NoGradGuard pause;
  state_->cotangent = torch::randn_like(state_->forward());
}

Convolution::~Convolution() = default;

void Convolution::forward() {
  const torch::NoGradGuard pause;
  state_->forward();
}

void Convolution::backward() {
  State& s = *state_;
  torch::autograd::grad({s.forward()}, {s.x, s.weight, s.bias}, {s.cotangent});
}

void use_threads(int threads) {
  at::set_num_threads(threads);
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(threads);
}
const char* version() { return TORCH_VERSION; }

}  // namespace peer
