#include "mnist_here.hpp"

#include <doctest/doctest.h>
#include <autograd/arrays/shape.hpp>

#include <cmath>
#include <cstdint>

using namespace wengert;
using namespace wengert::datasets;

namespace {

using Labels = std::vector<std::size_t>;

Labels first(const Labels& labels, std::ptrdiff_t count) { return {labels.begin(), labels.begin() + count}; }

Labels samples_per_class(const Labels& labels) {
  Labels counts(10);
  for (const std::size_t label : labels) ++counts[label];
  return counts;
}

}  // namespace

TEST_CASE("MNIST has the images and labels that are published") {
  const auto folder = mnist_here();
  if (!folder) return;
  const Mnist<float> data = mnist<float>(*folder);
  CHECK(data.train.inputs.shape() == Shape{60000, 1, 28, 28});
  CHECK(data.test.inputs.shape() == Shape{10000, 1, 28, 28});
  CHECK(first(data.train.labels, 5) == Labels{5, 0, 4, 1, 9});
  CHECK(first(data.test.labels, 5) == Labels{7, 2, 1, 0, 4});
  CHECK(samples_per_class(data.train.labels) == Labels{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
  CHECK(samples_per_class(data.test.labels) == Labels{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
}

TEST_CASE("the pixels of MNIST have the mean and the deviation that are published") {
  const auto folder = mnist_here();
  if (!folder) return;
  const Array<double> pixels = mnist<double>(*folder).train.inputs;
  std::int64_t bytes = 0, squares = 0;  // sums of integers are exact
  for (const double x : pixels) {
    const std::int64_t byte = std::llround(255.0 * x);
    bytes += byte;
    squares += byte * byte;
  }
  const auto count = static_cast<double>(pixels.size());
  const double mean = static_cast<double>(bytes) / count / 255.0;
  const double mean_square = static_cast<double>(squares) / count / (255.0 * 255.0);
  CHECK(std::abs(mean - 0.1306604762738429) < 1e-15);
  CHECK(std::abs(std::sqrt(mean_square - mean * mean) - 0.3081) < 5e-5);  // published with four digits
}
