// What a tape entry of a scalar costs: memory, and time forward and backward, in a chain of a million products.

#include <autograd/autograd.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <vector>

namespace {

constexpr int entries = 1000000;
constexpr std::size_t repetitions = 9;

double bytes_in_memory() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double nanoseconds_of_processor() { return 1e9 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  const wengert::Var<float> x = wengert::parameter(wengert::scalar<float>(1.0F), "x");
  std::vector<double> forward, backward;
  double bytes = 0.0;
  for (std::size_t k = 0; k < repetitions; ++k) {
    const double before = bytes_in_memory();
    wengert::Tape<float> tape;
    wengert::Var<float> y = x;
    const double begin = nanoseconds_of_processor();
    for (int i = 0; i < entries; ++i) y = y * x;
    const double middle = nanoseconds_of_processor();
    bytes = std::max(bytes, bytes_in_memory() - before);  // later repetitions use the memory of the first
    tape.backward(y);
    forward.push_back((middle - begin) / entries);
    backward.push_back((nanoseconds_of_processor() - middle) / entries);
  }
  fmt::print("a scalar on the tape, float: {:.0f} bytes (limit 600)\n", bytes / entries);
  fmt::print("forward  {:.0f} ns with fresh memory, {:.0f} ns in the median of {} (limit 1000)\n", forward.front(),
             median(forward), repetitions);
  fmt::print("backward {:.0f} ns with fresh memory, {:.0f} ns in the median\n", backward.front(), median(backward));
}
