#include <doctest/doctest.h>
#include <autograd/kernel/plan.hpp>

#include <array>

using namespace wengert;

namespace {

/// Of x and a number for each channel.
kernel::Plan plan(const Shape& x, const Shape& output) {
  const Shape channels{x[1], 1, 1};
  return kernel::Plan(x, std::array{&x, &channels, &output}, 2, 8);
}

}  // namespace

TEST_CASE("a pass is cut like another one where that changes no bit: where it sums nothing") {
  const Shape space{64, 32, 26, 26};
  const kernel::Plan of_channels = plan(space, {32, 1, 1});
  kernel::Plan map = plan(space, space), of_images = plan(space, {64, 1, 1, 1}), same = plan(space, {1, 32, 1, 1});
  REQUIRE(of_channels.pieces() > 1);
  REQUIRE(of_channels.cut() != map.cut());
  REQUIRE(of_channels.cut() != of_images.cut());
  const kernel::Cut before = of_images.cut();
  CHECK_FALSE(of_images.cut_like(of_channels.cut()));
  CHECK(of_images.cut() == before);
  CHECK(map.cut_like(of_channels.cut()));
  CHECK(map.cut() == of_channels.cut());
  CHECK(same.cut_like(of_channels.cut()));
}
