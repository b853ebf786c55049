// What a program that runs for long does: it must not grow, and its forks must not hang.
//   soak 200000 2000 100    so many steps of one training, networks made and destroyed, and forks
#include <autograd/autograd.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

using namespace wengert;

namespace {

constexpr std::size_t features = 16, classes = 4;

/// The extents of a batch and of a hidden layer.
struct Size {
  std::size_t batch;
  std::size_t hidden;
};

constexpr Size small{32, 32};
constexpr Size shared{256, 256};  // two threads share its hidden layer

/// The memory of this process that is in use, in bytes, as Linux counts it.
double resident_bytes() {
  std::ifstream statistics("/proc/self/statm");
  double all = 0, resident = 0;
  statistics >> all >> resident;
  require(resident > 0, "soak", "/proc/self/statm has no number of pages; this program wants Linux");
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// A network with batch norm, and what it is trained with.
struct Training {
  Generator generator;
  nn::Sequential<float> net;
  optim::Optimizer<optim::Adam, float> optimizer;
  Array<float> x;
  Indices labels;

  Training(std::uint64_t seed, Size size)
      : generator(seed),
        net{nn::Linear<float>(features, size.hidden, generator), nn::BatchNorm1d<float>(size.hidden), nn::ReLU<float>(),
            nn::Linear<float>(size.hidden, classes, generator)},
        optimizer(net.parameters(), {}),
        x(generator.normal<float>({size.batch, features})) {
    for (std::size_t n = 0; n < size.batch; ++n) labels.push_back(generator.below(classes));
  }

  void step() {
    Tape tape;
    optimizer.zero_grad();
    const Var<float> loss = nn::cross_entropy(net(Var<float>(x)), labels);
    tape.backward(loss);
    optimizer.step();
  }
};

/// Does something so many times. Throws an Error if the memory has grown after the first tenth by more than a hundredth
/// or a mebibyte, whichever is more.
void repeat(const char* what, std::size_t times, const std::function<void(std::size_t)>& once) {
  double after_a_tenth = 0, after_half = 0;
  for (std::size_t k = 0; k < times; ++k) {
    if (k == times / 10) after_a_tenth = resident_bytes();
    if (k == times / 2) after_half = resident_bytes();
    once(k);
  }
  const double in_the_end = resident_bytes(), mebibyte = 1 << 20;
  fmt::print("{} {}: {:.2f} MiB in use after a tenth, {:.2f} after half, {:.2f} in the end\n", times, what,
             after_a_tenth / mebibyte, after_half / mebibyte, in_the_end / mebibyte);
  const double growth = in_the_end - after_a_tenth;
  require(growth <= std::max(mebibyte, 0.01 * after_a_tenth), "soak", "the memory grew by {:.2f} MiB in {} {}",
          growth / mebibyte, times, what);
}

/// A child trains, alone or with a helper of its own, and ends as programs do.
void fork_and_train(std::size_t k, Training& training) {
  training.step();
  const pid_t child = fork();
  require(child >= 0, "soak", "fork {} made no process", k);
  if (child == 0) {
    alarm(60);  // ends it if it waits for threads that it has not
    set_threads(1 + k % 2);
    training.step();
    std::exit(0);
  }
  int status = -1;
  require(waitpid(child, &status, 0) == child && status == 0, "soak", "the child of fork {} ended with status {}", k,
          status);
}

}  // namespace

int main(int count, char** words) try {
  require(count == 4, "soak", "got {} words; expected the numbers of steps, networks and forks", count - 1);
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // or a child would write again what waits to be written
  set_threads(2);
  Training training(1, small), forked(2, shared);
  repeat("steps", std::stoul(words[1]), [&](std::size_t) { training.step(); });
  repeat("networks", std::stoul(words[2]), [](std::size_t k) { Training(k, shared).step(); });
  repeat("forks", std::stoul(words[3]), [&](std::size_t k) { fork_and_train(k, forked); });
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
