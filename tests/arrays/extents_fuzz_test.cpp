#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>
#include <autograd/operations/movement.hpp>

#include "../error_text.hpp"

using namespace wengert;

namespace {

constexpr std::size_t most = std::size_t{1} << 60;
constexpr std::size_t trials = 200000;

/// Extents as people write them, and as they are chosen to wrap around: powers of two and their neighbours, any number.
std::size_t some_extent(Generator& generator) {
  switch (generator.below(5)) {
    case 0:
      return generator.below(4);
    case 1:
      return 1 + generator.below(100);
    case 2:
      return std::size_t{1} << generator.below(64);
    case 3:
      return (std::size_t{1} << generator.below(64)) - 1 + 2 * generator.below(2);
    default:
      return generator.below(std::numeric_limits<std::size_t>::max());
  }
}

Shape some_shape(Generator& generator) {
  Shape shape(generator.below(9));
  for (std::size_t& extent : shape) extent = some_extent(generator);
  return shape;
}

/// Whether the product of the extents that are not zero is at most 2^60, by school multiplication with digits of 32
/// bits, which never overflows.
bool can_be(const Shape& shape) {
  std::vector<std::uint64_t> digits{1};
  for (const std::uint64_t extent : shape) {
    if (extent == 0) continue;
    std::vector<std::uint64_t> product(digits.size() + 3, 0);
    for (std::size_t i = 0; i < digits.size(); ++i) {
      for (std::size_t half = 0; half < 2; ++half) {
        const std::uint64_t part = digits[i] * ((extent >> (32 * half)) & 0xFFFFFFFFU);
        product[i + half] += part & 0xFFFFFFFFU;
        product[i + half + 1] += part >> 32;
      }
    }
    for (std::size_t i = 0; i + 1 < product.size(); ++i) {
      product[i + 1] += product[i] >> 32;
      product[i] &= 0xFFFFFFFFU;
    }
    digits = product;
  }
  for (std::size_t i = 2; i < digits.size(); ++i) {
    if (digits[i] != 0) return false;
  }
  return digits.size() < 2 || (digits[1] << 32 | digits[0]) <= most;
}

/// What the operation throws; empty if it throws nothing.
template <class Operation>
bool refuses(const Operation& operation) {
  try {
    operation();
    return false;
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

TEST_CASE("no shape of up to eight axes is counted wrongly") {
  Generator generator(1);
  std::size_t refused = 0;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    const Shape shape = some_shape(generator);
    const bool possible = can_be(shape);
    refused += possible ? 0 : 1;
    REQUIRE_MESSAGE(refuses([&] { element_count(shape); }) != possible, to_string(shape));
  }
  CHECK(refused > trials / 10);
  CHECK(refused < trials - trials / 10);
}

TEST_CASE("no array is made of a shape that wraps around") {
  Generator generator(2);
  const Var<double> ten(generator.normal<double>({10})), one(scalar(1.0));
  std::size_t made = 0;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    const Shape shape = some_shape(generator);
    const bool possible = can_be(shape);
    const std::size_t count = possible ? element_count(shape) : 0;
    INFO(to_string(shape));
    REQUIRE(refuses([&] { reshape(ten, shape); }) == !(possible && count == 10));
    if (possible && count > 1000) continue;  // such memory is not wanted
    made += possible ? 1 : 0;
    REQUIRE(refuses([&] { broadcast_to(one, shape); }) != possible);
  }
  CHECK(made > 1000);
}

TEST_CASE("shapes whose products wrap around to the right number are refused") {
  const Var<double> ten(full<double>({10}, 1.0)), sixteen(full<double>({16}, 1.0)), none(empty<double>({0}));
  CHECK(error_text([&] {
          reshape(ten, {2, 13, 419, 691, 823, 2977518503});
        }) ==
        "[shape] the extents of (2, 13, 419, 691, 823, 2977518503) multiply to more than 2^60 elements; expected a "
        "shape that fits in memory; check the order and the sizes of the axes");
  CHECK(refuses([&] { reshape(sixteen, {16, (std::size_t{1} << 60) + 1}); }));
  CHECK(refuses([&] { reshape(none, {std::size_t{1} << 32, std::size_t{1} << 32}); }));
  CHECK(refuses([&] { reshape(none, {0, std::size_t{1} << 32, std::size_t{1} << 32}); }));
}

TEST_CASE("operations that make larger arrays check what they make") {
  const Var<double> x(full<double>({2, 3}, 1.0)), wide(empty<double>({0, most / 2}));
  constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
  CHECK(refuses([&] { pad(x, 1, largest, 0); }));
  CHECK(refuses([&] { pad(x, 1, largest - 1, 2); }));
  CHECK(refuses([&] { pad(x, 0, largest - 1, 1); }));
  CHECK(refuses([&] { concat<double>({wide, wide, wide}, 1); }));
  CHECK(refuses([&] { broadcast_to(Var<double>(scalar(1.0)), {std::size_t{1} << 40, std::size_t{1} << 40}); }));
}

TEST_CASE("an array of a shape that wraps around is refused before it is made") {
  constexpr std::size_t half = std::size_t{1} << 32;
  for (const Shape& shape : {Shape{half, half}, Shape{half, half, 0}, Shape{2, 13, 419, 691, 823, 2977518503}}) {
    CAPTURE(to_string(shape));
    CHECK(refuses([&] { empty<float>(shape); }));
    CHECK(refuses([&] { full<double>(shape, 2.0); }));
    CHECK(refuses([&] { zeros<float>(shape); }));
    CHECK(refuses([&] { ones<double>(shape); }));
    CHECK(refuses([&] { Generator(1).normal<float>(shape); }));
    CHECK(refuses([&] { Generator(1).uniform<double>(shape); }));
  }
}
