// A training step of the documents' convolutional network (Conv 32, 64, 64 with ReLU, batch norm after it and pools;
// Dense 64, Dense 10; batch 64, Adam), float: forward, loss, backward, update; with and without batch norm. The peers,
// where they are installed, are libtorch's C++ interface and the sum of oneDNN's primitives.

#include <fmt/core.h>
#include <autograd/autograd.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "ratios.hpp"
#ifdef WENGERT_HAVE_TORCH
#include "torch_peer.hpp"
#endif
#ifdef WENGERT_HAVE_ONEDNN
#include "onednn_peer.hpp"
#endif

namespace nn = wengert::nn;
namespace optim = wengert::optim;

namespace {

constexpr std::size_t batch = 64;

nn::Sequential<float> network(bool batch_norm, wengert::Generator& generator) {
  nn::Sequential<float> net;
  std::size_t channels = 1;
  for (const std::size_t width : {std::size_t{32}, std::size_t{64}, std::size_t{64}}) {
    if (channels > 1) net.add(nn::MaxPool2d(2));
    net.add(nn::Conv2d(channels, width, 3, generator, {.activation = wengert::Activation::relu}));
    if (batch_norm) net.add(nn::BatchNorm2d(width));
    channels = width;
  }
  net.add(nn::Flatten()).add(nn::Linear(channels * 3 * 3, 64, generator)).add(nn::ReLU());
  if (batch_norm) net.add(nn::BatchNorm1d(64));
  net.add(nn::Linear(64, 10, generator));
  return net;
}

/// A network with the optimizer that trains it on one batch.
class Training {
 public:
  Training(bool batch_norm, const wengert::Array<float>& x, const std::vector<std::size_t>& labels,
           wengert::Generator generator)
      : net_(network(batch_norm, generator)),
        optimizer_(net_.parameters(), optim::Adam{.learning_rate = 1e-3}),
        x_(x),
        labels_(labels) {}

  float step() {
    wengert::Tape<float> tape;
    optimizer_.zero_grad();
    const wengert::Var<float> loss = nn::cross_entropy(net_(x_), labels_);
    tape.backward(loss);
    optimizer_.step();
    return loss.item();
  }

  void infer() { infer(net_); }
  void infer(nn::Sequential<float>& net) const {
    const nn::EvaluationMode evaluation;
    const wengert::NoRecord pause;
    net(x_);
  }

  /// The network for inference, with batch norm in the weights beside it.
  nn::Folded<float> folded() { return nn::fold_batch_norm(net_); }

 private:
  nn::Sequential<float> net_;
  optim::Optimizer<optim::Adam, float> optimizer_;
  wengert::Var<float> x_;
  std::vector<std::size_t> labels_;
};

/// How many mebibytes more a process of its own has at its peak for what it is told to do.
double peak_memory(const std::function<void()>& work) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) return 0.0;
  const pid_t child = fork();
  if (child == 0) {
    const auto peak = [] {
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      return static_cast<double>(usage.ru_maxrss) / 1024.0;
    };
    const double before = peak();
    work();
    const double grown = peak() - before;
    _exit(write(pipe_ends[1], &grown, sizeof grown) == sizeof grown ? 0 : 1);
  }
  close(pipe_ends[1]);  // so that a child that dies ends the reading
  double grown = 0.0;
  if (read(pipe_ends[0], &grown, sizeof grown) != sizeof grown) grown = 0.0;
  close(pipe_ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return grown;
}

/// Of both sides, where the number changes: a library that has just started a thread is slower than it need be.
void on_threads(std::size_t count) {
  static std::size_t current = 0;
  if (std::exchange(current, count) == count) return;
  wengert::set_threads(count);
#ifdef WENGERT_HAVE_TORCH
  peer::use_threads(static_cast<int>(count));
#endif
}

void add_case_on_threads(std::size_t threads, const std::string& name, const std::function<void()>& call,
                         Clock clock = Clock::processor) {
  add_case(
      name,
      [=] {
        on_threads(threads);
        call();
      },
      clock);
}

/// Of some steps with batch norm, network and optimizer included, before anything else has run.
void print_peak_memory(const wengert::Array<float>& x, const std::vector<std::size_t>& labels,
                       const wengert::Generator& generator) {
  constexpr int steps = 5;
  const double ours = peak_memory([&] {
    Training training(true, x, labels, generator);
    for (int step = 0; step < steps; ++step) training.step();
  });
  fmt::print("peak memory of {} steps with batch norm: {:.1f} MiB", steps, ours);
#ifdef WENGERT_HAVE_TORCH
  const double torch = peak_memory([&] {
    peer::use_threads(1);
    peer::Cnn training(true, peer::Floats(x.data(), x.data() + x.size()),
                       std::vector<long>(labels.begin(), labels.end()));
    for (int step = 0; step < steps; ++step) training.step();
  });
  fmt::print(", libtorch {:.1f} MiB, ratio {:.2f} (limit 1.00)", torch, ours / torch);
#endif
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  wengert::Generator generator(1);
  const wengert::Array<float> x = generator.uniform<float>({batch, 1, 28, 28});
  std::vector<std::size_t> labels(batch);
  for (std::size_t& label : labels) label = generator.below(10);

  print_peak_memory(x, labels, generator);

  std::vector<Ratio> ratios;
  for (const bool batch_norm : {true, false}) {
    const std::string name = batch_norm ? "with batch norm" : "without batch norm";
    const auto ours = std::make_shared<Training>(batch_norm, x, labels, generator);
    add_case_on_threads(1, name, [=] { ours->step(); });
    add_case_on_threads(1, name + ", inference", [=] { ours->infer(); });
    if (batch_norm) {
      const auto folded = std::make_shared<nn::Folded<float>>(ours->folded());
      add_case_on_threads(1, name + " folded, inference", [=] { ours->infer(folded->network); });
      ratios.push_back({name + " folded, inference", name + ", inference", 1.0});
    }
    for (const std::size_t threads : {std::size_t{1}, std::size_t{2}})
      add_case_on_threads(
          threads, fmt::format("{}, {} thread", name, threads), [=] { ours->step(); }, Clock::wall);
    ratios.push_back({name + ", 2 thread", name + ", 1 thread", 0.60});
#ifdef WENGERT_HAVE_ONEDNN
    const auto primitives = std::make_shared<peer::OneDnnCnn>(batch_norm);
    add_case_on_threads(1, "oneDNN " + name, [=] { primitives->step(); });
    ratios.push_back({name, "oneDNN " + name, 0.85});
#endif
#ifdef WENGERT_HAVE_TORCH
    peer::use_threads(1);
    const auto torch = std::make_shared<peer::Cnn>(batch_norm, peer::Floats(x.data(), x.data() + x.size()),
                                                   std::vector<long>(labels.begin(), labels.end()));
    add_case_on_threads(1, "libtorch " + name, [=] { torch->step(); });
    add_case_on_threads(1, "libtorch " + name + ", inference", [=] { torch->infer(); });
    if (batch_norm) {
      const wengert::Array<float> image = wengert::Generator(2).uniform<float>({1, 1, 28, 28});
      const auto one = std::make_shared<Training>(batch_norm, image, std::vector<std::size_t>{labels[0]}, generator);
      const auto torch_one = std::make_shared<peer::Cnn>(
          batch_norm, peer::Floats(image.data(), image.data() + image.size()), std::vector<long>{0});
      add_case_on_threads(1, name + ", inference of one image", [=] { one->infer(); });
      add_case_on_threads(1, "libtorch " + name + ", inference of one image", [=] { torch_one->infer(); });
      ratios.push_back({name + ", inference of one image", "libtorch " + name + ", inference of one image", 1.2});
    }
    add_case_on_threads(
        2, "libtorch " + name + ", 2 thread", [=] { torch->step(); }, Clock::wall);
    ratios.push_back({name, "libtorch " + name, batch_norm ? 0.52 : 0.60});
    ratios.push_back({name + ", 2 thread", "libtorch " + name + ", 2 thread", 0.55});
    ratios.push_back({name + ", inference", "libtorch " + name + ", inference", 1.2});
#endif
  }
  return run_and_print_ratios(argc, argv, ratios);
}
