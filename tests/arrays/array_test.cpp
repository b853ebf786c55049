#include <doctest/doctest.h>

#include <autograd/arrays/array.hpp>

#include <type_traits>

using namespace wengert;

namespace {

template <class>
constexpr bool is_xarray = false;
template <class Storage, xt::layout_type Layout, class Extents, class Tag>
constexpr bool is_xarray<xt::xarray_container<Storage, Layout, Extents, Tag>> = true;

template <class E>
constexpr bool evaluates_to_xarray = is_xarray<std::remove_cvref_t<decltype(xt::eval(std::declval<E>()))>>;

using Sum = decltype(std::declval<Array<float>&>() + std::declval<Array<float>&>());
using Plain = decltype(std::declval<xt::xarray<double>&>() * 2.0);

}  // namespace

// xtensor up to 0.25 makes temporaries of dynamic rank an xtensor of rank 4 in C++20 unless array.hpp restores them.
static_assert(evaluates_to_xarray<Sum>);
static_assert(evaluates_to_xarray<Plain>);
static_assert(evaluates_to_xarray<decltype(xt::exp(std::declval<Sum>()))>);

TEST_CASE("an evaluated expression is an array of the rank of its operands, whatever that is") {
  Shape shape;
  for (std::size_t rank = 0; rank <= 7; ++rank) {
    Array<double> a = empty<double>(shape);
    for (std::size_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<double>(i);
    const auto doubled = xt::eval(a + a);
    CHECK(doubled.dimension() == rank);
    REQUIRE(doubled.size() == a.size());
    CHECK(Shape(doubled.shape().begin(), doubled.shape().end()) == shape);
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(doubled.data()[i] == 2.0 * static_cast<double>(i));
    shape.push_back(1 + rank % 3);
  }
}

TEST_CASE("arrays are made by shape") {
  CHECK(empty<float>({2, 3}).shape() == Shape{2, 3});
  CHECK(full<double>({2, 3}, 7.0)(1, 2) == 7.0);
  CHECK(zeros<float>({4})(3) == 0.0f);
  CHECK(ones<float>({4})(3) == 1.0f);
  CHECK(scalar(2.5).shape() == Shape{});
  CHECK(scalar(2.5).size() == 1);
  CHECK(scalar(2.5)() == 2.5);
  CHECK(zeros<double>({0, 3}).size() == 0);
  CHECK(zeros<double>({0, 3}).shape() == Shape{0, 3});
}

TEST_CASE("a cast keeps the shape and rounds the elements") {
  const Array<double> wide{{0.1, 1e300}, {-2.0, 1.0 / 3}};
  const Array<float> narrow = cast<float>(wide);
  CHECK(narrow.shape() == Shape{2, 2});
  CHECK(narrow(0, 0) == 0.1f);
  CHECK(narrow(0, 1) == std::numeric_limits<float>::infinity());
  CHECK(narrow(1, 1) == 1.0f / 3.0f);
  CHECK(cast<double>(narrow)(1, 0) == -2.0);
  CHECK(cast<float>(scalar(3.0))() == 3.0f);
}

TEST_CASE("arrays are row-major, and copies are separate") {
  Array<float> a{{1, 2, 3}, {4, 5, 6}};
  CHECK(a.data()[2] == 3.0f);
  CHECK(a.data()[3] == 4.0f);
  const Array<float> b = a;
  a(0, 0) = 9;
  CHECK(b(0, 0) == 1.0f);
  const float* data = a.data();
  const Array<float> moved = std::move(a);
  CHECK(moved.data() == data);
}
