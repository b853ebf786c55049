#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <limits>

#include "../error_text.hpp"
#include "table.hpp"

namespace wengert::operations {
namespace {

Var<double> plane(std::size_t height, std::size_t width, const std::vector<double>& values) {
  Array<double> x = empty<double>({1, 1, height, width});
  std::copy(values.begin(), values.end(), x.data());
  return parameter(std::move(x), "x");
}

std::vector<double> values_of(const Array<double>& array) { return {array.data(), array.data() + array.size()}; }

}  // namespace

Rows pooling_rows() {
  const std::vector<Input> x{{{2, 2, 5, 6}}};
  const Places places{{2, 2}, std::make_shared<std::vector<kernel::Place>>(std::vector<kernel::Place>{3, 0, 3, 5})};
  return {
      {"max_pool2d", "as it is", x, [](const auto& v) { return square(max_pool2d(v[0], 2)); }},
      {"max_pool2d", "overlapping, padding and ceil mode", x,
       [](const auto& v) {
         return square(max_pool2d(v[0], {3, 2}, {.stride = {2, 1}, .padding = 1, .ceil_mode = true}));
       }},
      {"avg_pool2d", "as it is", x, [](const auto& v) { return square(avg_pool2d(v[0], 2)); }},
      {"avg_pool2d", "overlapping, padding and ceil mode", x,
       [](const auto& v) {
         return square(avg_pool2d(v[0], 3, {.stride = {2, 1}, .padding = 1, .ceil_mode = true}));
       }},
      {"avg_pool2d", "padding not counted", x,
       [](const auto& v) { return square(avg_pool2d(v[0], 3, {.stride = 2, .padding = 1, .count_padding = false})); }},
      {"avg_pool2d_gradient",
       "overlapping",
       {{{1, 1, 3, 3}}},
       [](const auto& v) {
         return square(avg_pool2d_gradient(v[0], {1, 1, 7, 7}, 3, {.stride = 2}));
       }},
      {"global_avg_pool2d", "as it is", x, [](const auto& v) { return square(global_avg_pool2d(v[0])); }},
      {"take", "a place twice", {{{6}}}, [=](const auto& v) { return square(take(v[0], places)) + sum(v[0]); }},
      {"put",
       "a place twice",
       {{{2, 2}}},
       [=](const auto& v) {
         return square(put(v[0], places, {2, 3}));
       }},
  };
}

TEST_CASE("every pooling has the right gradients") { check(pooling_rows()); }

TEST_CASE("of equal elements max_pool2d gives the gradient to the first") {
  Tape<double> tape;
  const Var<double> x = plane(2, 4, {1, 1, 0, 2, 1, 1, 2, 2});
  const Var<double> y = max_pool2d(x, 2);
  CHECK(values_of(y.value()) == std::vector<double>{1, 2});
  CHECK(values_of(tape.gradient(sum(y), {x}).front()) == std::vector<double>{1, 0, 0, 1, 0, 0, 0, 0});
}

TEST_CASE("a NaN is the largest of its window, wherever it stands, and of no other") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  for (std::size_t place = 0; place < 4; ++place) {
    std::vector<double> values{3, inf, -1, 7, 1, 2, 3, 4};
    const std::array<std::size_t, 4> window{0, 1, 4, 5};
    values[window[place]] = nan;
    Tape<double> tape;
    const Var<double> x = plane(2, 4, values);
    const Var<double> y = max_pool2d(x, 2);
    CHECK(std::isnan(y.value().data()[0]));
    CHECK(y.value().data()[1] == 7);
    CHECK(tape.gradient(sum(slice(y, 3, 0, 1)), {x}).front().data()[window[place]] == 1);
  }
}

TEST_CASE("what is not there never wins: padding is below minus infinity") {
  Tape<double> tape;
  const Var<double> x = plane(1, 2, {-std::numeric_limits<double>::infinity(), -5});
  CHECK(values_of(max_pool2d(x, {1, 2}, {.stride = 1, .padding = {0, 1}}).value()) ==
        std::vector<double>{-std::numeric_limits<double>::infinity(), -5, -5});
}

TEST_CASE("a window of padding alone is refused, and so is one that does not fit") {
  const Var<double> x = Var<double>(zeros<double>({1, 2, 4, 4})).named("x");
  const auto text = [&](const Size2d& size, const PoolOptions& options) {
    return error_text([&] { max_pool2d(x, size, options); });
  };
  CHECK(::contains(text(2, {.padding = 2}),
                   "[max_pool2d] got 'x' (1, 2, 4, 4) with a window of 2 and a padding of 2: a "
                   "window would lie in the padding alone"));
  CHECK(::contains(text(5, {}), "along the height a window reaches over 5 places, but the input has 4"));
  CHECK(::contains(text(2, {.stride = 0}), "a stride of 0"));
  CHECK(::contains(text(0, {.stride = 1}), "a window of height 0"));
  CHECK(::contains(error_text([&] { avg_pool2d(x, 1, {.padding = 1}); }), "[avg_pool2d]"));
  CHECK(::contains(error_text([&] { max_pool2d(Var<double>(zeros<double>({4, 4})), 2); }), "expected (N, C, H, W)"));
}

TEST_CASE("in ceil mode the last window may reach over the edge, unless it begins behind it") {
  const Var<double> x(ones<double>({1, 1, 5, 4}));
  CHECK(max_pool2d(x, 2, {.ceil_mode = true}).shape() == Shape{1, 1, 3, 2});
  CHECK(max_pool2d(x, 2).shape() == Shape{1, 1, 2, 2});
  CHECK(max_pool2d(x, {1, 1}, {.stride = {3, 3}, .ceil_mode = true}).shape() == Shape{1, 1, 2, 2});
  CHECK(values_of(avg_pool2d(x, 2, {.ceil_mode = true}).value()) == std::vector<double>(6, 1.0));
}

TEST_CASE_TEMPLATE("the mean of a window of equal elements is that element, to the last bit", T, float, double) {
  const T largest = std::numeric_limits<T>::max();
  for (const T element : {T(0.1), T(-1.0 / 3.0), std::numeric_limits<T>::min(), T(0.9) * largest, largest}) {
    for (const std::size_t size : {2U, 3U, 7U}) {
      const Var<T> x(full<T>({1, 1, size, size}, element));
      CHECK(avg_pool2d(x, size).value().data()[0] == element);
    }
  }
}

TEST_CASE("what max_pool2d gives back is the same, to the last bit, at 1, 2, 4 and 8 threads") {
  Generator generator(7);
  const Var<float> x = parameter(generator.normal<float>({8, 3, 41, 37}), "x");
  const Var<float> cotangent(generator.normal<float>({8, 3, 21, 19}));
  std::vector<Array<float>> results;
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
    set_threads(count);
    Tape<float> tape;
    const Var<float> y = max_pool2d(x, 3, {.stride = 2, .padding = 1});
    results.push_back(y.value());
    results.push_back(tape.pullback(y, cotangent, {x}).front());
  }
  set_threads(1);
  for (std::size_t k = 2; k < results.size(); ++k) CHECK(results[k] == results[k % 2]);
}

TEST_CASE("put adds at places that mix the parts of x, too, and refuses those beyond its end") {
  const auto put_at = [](const std::vector<kernel::Place>& places, const Shape& shape) {
    const Var<double> ones_of(ones<double>({2, 2}));
    return values_of(put(ones_of, {{2, 2}, std::make_shared<std::vector<kernel::Place>>(places)}, shape).value());
  };
  CHECK(put_at({0, 0, 3, 5}, {2, 3}) == std::vector<double>{2, 0, 0, 1, 0, 1});
  CHECK(put_at({5, 0, 0, 3}, {2, 3}) == std::vector<double>{2, 0, 0, 1, 0, 1});
  CHECK(put_at({0, 1, 2, 2}, {3}) == std::vector<double>{1, 1, 2});
  CHECK(::contains(error_text([&] { put_at({0, 1, 3, 6}, {2, 3}); }), "a place is 6, but there are 6 elements"));
}

TEST_CASE("take and put refuse places that are more or fewer than the elements") {
  const Var<double> x(ones<double>({2, 3}));
  for (const std::size_t count : {std::size_t{0}, std::size_t{5}, std::size_t{7}, std::size_t{4096}}) {
    CAPTURE(count);
    const Places places{{2, 3}, std::make_shared<std::vector<kernel::Place>>(count)};
    const std::string wrong = fmt::format("got {} places for the shape (2, 3); expected one for each", count);
    CHECK(::contains(error_text([&] { take(x, places); }), "[take] " + wrong));
    CHECK(::contains(error_text([&] { put(x, places, {2, 3}); }), "[put] " + wrong));
  }
}

}  // namespace wengert::operations
