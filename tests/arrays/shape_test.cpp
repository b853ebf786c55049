#include <doctest/doctest.h>

#include <autograd/arrays/shape.hpp>

#include "../error_text.hpp"

using namespace wengert;

namespace {

Shape common(const std::vector<Shape>& shapes) {
  static constexpr std::array<std::string_view, 3> names{"a", "b", "c"};
  std::vector<NamedShape> operands;
  for (std::size_t i = 0; i < shapes.size(); ++i) operands.push_back({names[i], &shapes[i]});
  return broadcast_shapes("add", operands);
}

}  // namespace

TEST_CASE("a shape prints as a tuple and axes as a set") {
  CHECK(to_string(Shape{}) == "()");
  CHECK(to_string(Shape{5}) == "(5,)");
  CHECK(to_string(Shape{32, 10, 1}) == "(32, 10, 1)");
  CHECK(to_string(Axes{}) == "{}");
  CHECK(to_string(Axes{0, -2}) == "{0, -2}");
  CHECK(fmt::format("x {}", Shape{2, 3}) == "x (2, 3)");
}

TEST_CASE("the number of elements") {
  CHECK(element_count({}) == 1);
  CHECK(element_count({2, 3, 4}) == 24);
  CHECK(element_count({2, 0, 4}) == 0);
}

TEST_CASE("axes become sorted numbers from the first") {
  using Numbers = std::vector<std::size_t>;
  CHECK(normalise_axes("sum", {2, 0}, 3) == Numbers{0, 2});
  CHECK(normalise_axes("sum", {-1, -3}, 3) == Numbers{0, 2});
  CHECK(normalise_axes("sum", {}, 3).empty());
  CHECK(normalise_axes("sum", {}, 0).empty());
  CHECK(all_axes(3) == Axes{0, 1, 2});
  CHECK(all_axes(0).empty());
}

TEST_CASE("axes that are out of range or repeated are refused") {
  CHECK(error_text([] { normalise_axes("sum", {2}, 2); }) ==
        "[sum] axis 2 is out of range: the input has 2 axes, so an axis is one of -2 to 1");
  CHECK(contains(error_text([] { normalise_axes("mean", {-3}, 2); }), "[mean] axis -3 is out of range"));
  CHECK(error_text([] {
          normalise_axes("sum", {1, -1}, 2);
        }) ==
        "[sum] an axis is repeated: got {1, -1} for 2 axes; name each axis once (negative axes count from the last)");
}

TEST_CASE("an axis of a scalar is refused with words that fit a scalar") {
  const std::string text = error_text([] { normalise_axes("sum", {0}, 0); });
  REQUIRE(contains(text, "[sum] axis 0 is out of range"));
  CHECK(!contains(text, "one of -0 to -1"));
}

TEST_CASE("a reduced shape drops its axes or keeps them at extent one") {
  CHECK(reduced_shape({4, 3, 2}, {0, 2}, Dims::drop) == Shape{3});
  CHECK(reduced_shape({4, 3, 2}, {0, 2}, keep_dims) == Shape{1, 3, 1});
  CHECK(reduced_shape({4, 3}, {0, 1}, Dims::drop) == Shape{});
  CHECK(reduced_shape({4, 3}, {}, Dims::drop) == Shape{4, 3});
  CHECK(reduced_shape({0, 3}, {0}, Dims::keep) == Shape{1, 3});
}

TEST_CASE("shapes broadcast as in NumPy") {
  CHECK(common({{2, 3}, {3}}) == Shape{2, 3});
  CHECK(common({{2, 1}, {3}}) == Shape{2, 3});
  CHECK(common({{}, {4, 1}, {5}}) == Shape{4, 5});
  CHECK(common({{}, {}}) == Shape{});
  CHECK(common({{1}, {1, 1}}) == Shape{1, 1});
  CHECK(common({{0}, {1}}) == Shape{0});
  CHECK(common({{1, 3}, {0, 1}}) == Shape{0, 3});
}

TEST_CASE("shapes that broadcast to more elements than can be counted are refused") {
  constexpr std::size_t many = std::size_t{1} << 40;
  CHECK(common({{many, 1}, {1, 1}}) == Shape{many, 1});
  CHECK_THROWS_AS(common({{many, 1}, {1, many}}), Error);
}

TEST_CASE("shapes that do not broadcast are all named") {
  CHECK(
      error_text([] {
        common({{2, 3}, {1, 3}, {4, 3}});
      }) ==
      "[add] the shapes do not broadcast at axis 0: got 'a' (2, 3), 'b' (1, 3), 'c' (4, 3); expected extents that are "
      "equal or 1, aligned at the last axis; reshape an operand or sum with keep_dims");
  CHECK(contains(error_text([] { common({{2, 3}, {2}}); }), "at axis 1: got 'a' (2, 3), 'b' (2,)"));
  CHECK(contains(error_text([] { common({{3}, {0}}); }), "got 'a' (3,), 'b' (0,)"));
  CHECK(contains(error_text([] { common({{0}, {3}}); }), "got 'a' (0,), 'b' (3,)"));
}

TEST_CASE("the axes along which an array is repeated") {
  CHECK(repeated_axes({3}, {2, 3}) == Axes{0});
  CHECK(repeated_axes({2, 1}, {2, 3}) == Axes{1});
  CHECK(repeated_axes({}, {2, 3}) == Axes{0, 1});
  CHECK(repeated_axes({2, 3}, {2, 3}).empty());
  CHECK(repeated_axes({1}, {1}).empty());
  CHECK(broadcasts_to({3}, {2, 3}));
  CHECK(broadcasts_to({}, {}));
  CHECK(broadcasts_to({1, 1}, {0, 3}));
  CHECK(!broadcasts_to({2}, {2, 3}));
  CHECK(!broadcasts_to({1, 3}, {3}));
  CHECK(!broadcasts_to({2, 3}, {1, 3}));
}
