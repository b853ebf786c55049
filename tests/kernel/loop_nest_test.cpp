#include <doctest/doctest.h>

#include <autograd/kernel/loop_nest.hpp>

#include "sweep_case.hpp"

using namespace wengert;
using kernel::LoopNest;

namespace {

LoopNest nest_of(const Shape& space, const std::vector<Shape>& arrays) {
  std::vector<const Shape*> pointers;
  for (const Shape& array : arrays) pointers.push_back(&array);
  return LoopNest(space, pointers);
}

/// The offsets of an array in the order of the nest's loops.
std::vector<std::size_t> walk(const LoopNest& nest, std::size_t array) {
  std::vector<std::ptrdiff_t> offsets{0};
  for (std::size_t loop = 0; loop < nest.depth(); ++loop) {
    std::vector<std::ptrdiff_t> next;
    for (std::ptrdiff_t offset : offsets) {
      for (std::ptrdiff_t k = 0; k < nest.extent(loop); ++k) next.push_back(offset + k * nest.stride(loop, array));
    }
    offsets = next;
  }
  return {offsets.begin(), offsets.end()};
}

}  // namespace

TEST_CASE("axes along which all arrays advance alike become one loop") {
  const Shape x{8, 3, 5, 6};
  const LoopNest alone = nest_of(x, {x, x});
  CHECK(alone.depth() == 1);
  CHECK(alone.extent(0) == 8 * 3 * 5 * 6);
  CHECK(alone.stride(0, 0) == 1);
  CHECK(!alone.is_broadcast(0));

  const LoopNest channels = nest_of(x, {x, {1, 3, 1, 1}, {3, 1, 1}, {}});
  CHECK(channels.depth() == 3);
  CHECK(channels.extent(0) == 8);
  CHECK(channels.extent(1) == 3);
  CHECK(channels.extent(2) == 30);
  CHECK(channels.stride(0, 0) == 90);
  CHECK(channels.stride(1, 0) == 30);
  CHECK(channels.stride(2, 0) == 1);
  for (const std::size_t array : std::vector<std::size_t>{1, 2}) {
    CHECK(channels.stride(0, array) == 0);
    CHECK(channels.stride(1, array) == 1);
    CHECK(channels.stride(2, array) == 0);
    CHECK(channels.is_broadcast(array));
  }
  CHECK(channels.is_broadcast(3));
}

TEST_CASE("axes of extent one are no loops, and a scalar space is one step") {
  const LoopNest thin = nest_of({1, 7, 1}, {{1, 7, 1}, {7, 1}, {1}});
  CHECK(thin.depth() == 1);
  CHECK(thin.extent(0) == 7);
  CHECK(thin.stride(0, 0) == 1);
  CHECK(thin.stride(0, 1) == 1);
  CHECK(thin.stride(0, 2) == 0);

  for (const Shape& space : {Shape{}, Shape{1}, Shape{1, 1, 1}}) {
    const LoopNest scalar = nest_of(space, {space, {}});
    CHECK(scalar.depth() == 1);
    CHECK(scalar.extent(0) == 1);
    CHECK(!scalar.is_broadcast(0));
    CHECK(!scalar.is_broadcast(1));
  }
}

TEST_CASE("the loops of any space meet the elements of every array in row-major order") {
  Generator generator(1);
  for (int k = 0; k < 300; ++k) {
    const Shape space = sweep_case::random_space(generator);
    const std::vector<Shape> arrays{space, sweep_case::random_part(generator, space),
                                    sweep_case::random_part(generator, space)};
    const LoopNest nest = nest_of(space, arrays);
    CAPTURE(to_string(space));
    for (std::size_t array = 0; array < arrays.size(); ++array) {
      CAPTURE(to_string(arrays[array]));
      std::vector<std::size_t> expected;
      for_each_index(space,
                     [&](const Shape& index) { expected.push_back(sweep_case::position(arrays[array], index)); });
      CHECK(walk(nest, array) == expected);
    }
  }
}
