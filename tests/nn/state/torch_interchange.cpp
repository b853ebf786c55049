// Exchanges networks with PyTorch as safetensors files: writes one that torch_interchange.py loads and runs, and loads
// and runs one that it has written. The outputs must be the same.

#include <nn/nn.hpp>

#include <fmt/core.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "../training/temporary_folder.hpp"

using namespace wengert;
namespace fs = std::filesystem;

namespace {

constexpr int skipped = 77;

template <class T>
nn::Sequential<T> network(std::uint64_t seed) {
  Generator generator(seed);
  return nn::Sequential<T>{nn::Linear<T>(6, 8, generator), nn::BatchNorm1d<T>(8), nn::ReLU<T>(),
                           nn::Linear<T>(8, 3, generator)};
}

template <class T>
nn::Tensor tensor(const std::string& name, const Array<T>& array) {
  nn::Tensor result{name, sizeof(T) == 4 ? "F32" : "F64", Shape(array.shape()),
                    std::string(array.size() * sizeof(T), '\0')};
  std::memcpy(result.bytes.data(), array.data(), result.bytes.size());
  return result;
}

template <class T>
Array<T> array(const fs::path& file, const std::string& name) {
  for (const nn::Tensor& tensor : nn::read_safetensors(file).tensors) {
    if (tensor.name != name) continue;
    Array<T> result = empty<T>(tensor.shape);
    std::memcpy(result.data(), tensor.bytes.data(), tensor.bytes.size());
    return result;
  }
  throw Error("no tensor " + name);
}

template <class T>
void write_network(const fs::path& folder) {
  nn::Sequential<T> net = network<T>(1);
  Generator generator(2);
  for (int k = 0; k < 3; ++k) net(generator.normal<T>({16, 6}));  // moves the running statistics
  net.eval();
  const Array<T> x = generator.normal<T>({5, 6});
  nn::save_weights(folder / "wengert.safetensors", net);
  nn::write_safetensors(folder / "wengert_example.safetensors",
                        {.tensors = {tensor("x", x), tensor("y", net(x).value())}});
}

/// Whether our outputs are those of PyTorch up to a few units in the last place of numbers about 1: the products are
/// summed in another order.
template <class T>
bool runs_as_in_torch(const fs::path& folder) {
  nn::Sequential<T> net = network<T>(3);
  nn::load_weights(folder / "torch.safetensors", net);
  net.eval();
  const Array<T> x = array<T>(folder / "torch_example.safetensors", "x");
  const Array<T> expected = array<T>(folder / "torch_example.safetensors", "y"), y = net(x).value();
  double difference = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    difference = std::max(difference, static_cast<double>(std::abs(y.data()[i] - expected.data()[i])));
  }
  fmt::print("wengert read the network of torch; the outputs differ by at most {}\n", difference);
  return y.shape() == expected.shape() && difference <= 64.0 * static_cast<double>(std::numeric_limits<T>::epsilon());
}

/// Ends as the script does, or with the code for a skipped test if no python3 has torch.
int run(const std::string& script, const fs::path& folder) {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    const int status = std::system(fmt::format("{} '{}' \"{}\"", python, script, folder.string()).c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    if (code != skipped && code != 127) return code;  // 127: there is no such program
  }
  return skipped;
}

}  // namespace

int main(int, char** arguments) {
  const training_tests::TemporaryFolder folder;
  fs::create_directory(folder.path() / "float");
  fs::create_directory(folder.path() / "double");
  write_network<float>(folder.path() / "float");
  write_network<double>(folder.path() / "double");
  const int code = run(arguments[1], folder.path());
  if (code == skipped) fmt::print("skipped: python3 with torch is not installed\n");
  if (code != 0) return code;
  const bool same =
      runs_as_in_torch<float>(folder.path() / "float") && runs_as_in_torch<double>(folder.path() / "double");
  return same ? 0 : 1;
}
