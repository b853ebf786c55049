#include <autograd/autograd.hpp>

#include "convolution_numbers.hpp"
#include "golden.hpp"

namespace wengert::golden {
namespace {

Shape shape_of(const Json& json) {
  const std::vector<std::size_t> extents = json;
  return {extents.begin(), extents.end()};
}

Size2d size_of(const Json& json) { return {json[0], json[1]}; }

Array<double> mixed(const Shape& shape, std::uint64_t seed) {
  const Numbers numbers = mixed_numbers(element_count(shape), seed);
  Array<double> array = empty<double>(shape);
  std::copy(numbers.begin(), numbers.end(), array.begin());
  return array;
}

/// The golden numbers are sums of up to 10^5 products of numbers below one, in another order.
constexpr double by_rounding = 1e-10;

void check_projections(const std::vector<Array<double>>& arrays, const Numbers& expected) {
  REQUIRE(arrays.size() == expected.size());
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    CAPTURE(k);
    CHECK(std::abs(projection(arrays[k], 99) - expected[k]) <= by_rounding);
  }
}

}  // namespace

TEST_CASE("conv2d and its gradients are libtorch's over 220 configurations") {
  const Json rows = read("convolutions.json")["convolutions"];
  REQUIRE(rows.size() >= 200);
  for (const Json& row : rows) {
    CAPTURE(row.dump());
    Tape<double> tape;
    const Var<double> x = parameter(mixed(shape_of(row["x"]), 1)), w = parameter(mixed(shape_of(row["w"]), 2));
    const Var<double> b = parameter(mixed({w.shape()[0]}, 3));
    const Size2d padding = size_of(row["padding"]);
    const Var<double> y = conv2d(x, w,
                                 {.stride = size_of(row["stride"]),
                                  .padding = {padding.height, padding.width},
                                  .dilation = size_of(row["dilation"]),
                                  .groups = row["groups"],
                                  .bias = b});
    REQUIRE(y.shape() == shape_of(row["y"]));
    const auto gradients = tape.pullback(y, Var<double>(mixed(y.shape(), 4)), {x, w, b});
    check_projections({y.value(), gradients[0], gradients[1], gradients[2]}, row["projections"]);
  }
}

TEST_CASE("the poolings and their gradients are libtorch's over 60 configurations") {
  const Json rows = read("convolutions.json")["poolings"];
  REQUIRE(rows.size() >= 60);
  for (const Json& row : rows) {
    CAPTURE(row.dump());
    const Size2d size = size_of(row["size"]), stride = size_of(row["stride"]), padding = size_of(row["padding"]);
    const bool ceil_mode = row["ceil_mode"];
    Tape<double> tape;
    const Var<double> x = parameter(mixed(shape_of(row["x"]), 5));
    const Var<double> largest = max_pool2d(x, size, {stride, padding, ceil_mode});
    const Var<double> average = avg_pool2d(x, size, {stride, padding, ceil_mode, row["count_padding"]});
    REQUIRE(largest.shape() == shape_of(row["y"]));
    REQUIRE(average.shape() == shape_of(row["y"]));
    const Var<double> g(mixed(largest.shape(), 6));
    check_projections(
        {largest.value(), tape.pullback(largest, g, {x})[0], average.value(), tape.pullback(average, g, {x})[0]},
        row["projections"]);
  }
}

}  // namespace wengert::golden
