#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <limits>

#include "../error_text.hpp"
#include "../hand_derived/convolution.hpp"
#include "table.hpp"

namespace wengert::operations {
namespace {

/// A convolution to be computed in several ways.
struct Case {
  Shape x;
  Shape w;
  std::array<std::size_t, 2> stride{1, 1}, padding{0, 0}, dilation{1, 1};
  std::size_t groups = 1;

  hand_derived::Convolution by_hand() const {
    return {x[0], x[1], w[0], groups, {x[2], x[3]}, {w[2], w[3]}, stride, padding, dilation};
  }
  template <class T>
  ConvolutionOptions<T> options() const {
    return {.stride = {stride[0], stride[1]},
            .padding = {padding[0], padding[1]},
            .dilation = {dilation[0], dilation[1]},
            .groups = groups};
  }
  std::string text() const {
    return fmt::format("{} with {}, stride {} {}, padding {} {}, dilation {} {}, {} groups", x, w, stride[0], stride[1],
                       padding[0], padding[1], dilation[0], dilation[1], groups);
  }
};

/// Every path of the kernels: few and many channels, lanes that are incomplete, planes smaller than a tile, rows
/// shorter than a lane, planes of 4 KB, windows that reach over the whole image.
std::vector<Case> cases() {
  std::vector<Case> list{
      {{2, 1, 5, 5}, {1, 1, 3, 3}},
      {{1, 1, 9, 30}, {5, 1, 3, 3}},
      {{3, 2, 4, 4}, {19, 2, 4, 4}},
      {{2, 3, 7, 9}, {17, 3, 3, 2}},
      {{5, 20, 3, 3}, {33, 20, 3, 3}},
      {{3, 16, 6, 7}, {16, 16, 1, 1}},
      {{2, 4, 32, 32}, {8, 4, 3, 3}},
      {{2, 4, 9, 8}, {6, 4, 3, 3}, {2, 2}, {1, 1}},
      {{2, 4, 9, 8}, {6, 2, 3, 3}, {1, 2}, {2, 1}, {2, 1}, 2},
      {{2, 6, 8, 8}, {6, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 6},
      {{2, 6, 20, 20}, {12, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 6},
      {{1, 3, 2, 3}, {4, 3, 5, 7}, {1, 1}, {3, 3}},
      {{2, 2, 8, 8}, {3, 2, 3, 3}, {3, 3}, {0, 0}, {2, 2}},
      {{2, 2, 8, 8}, {3, 2, 1, 1}, {3, 2}},
      {{1, 70, 5, 5}, {3, 70, 3, 3}},
      // few channels: rows as long as lanes, longer by one, with the last lane overlapping, of several lanes
      {{2, 8, 6, 34}, {8, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 8},
      {{2, 4, 5, 18}, {8, 1, 3, 3}, {2, 1}, {1, 1}, {1, 1}, 4},
      {{3, 6, 7, 17}, {9, 2, 2, 5}, {1, 1}, {0, 2}, {1, 2}, 3},
      {{2, 1, 4, 35}, {7, 1, 2, 4}, {1, 1}, {0, 3}},
      {{2, 2, 3, 40}, {2, 1, 1, 2}, {1, 1}, {2, 3}, {1, 3}, 2},
  };
  for (std::size_t taps = 1; taps <= 7; ++taps) {
    list.push_back({{2, 3, 9, 10}, {4, 3, taps, 8 - taps}, {1, 1}, {taps / 2, 1}});
  }
  return list;
}

/// y and the gradients of x, w and bias for given numbers.
struct Outcome {
  Array<double> y, dx, dw, db;
};

template <class T, class F>
Outcome run(const F& convolution, const Case& c, const std::vector<Array<float>>& numbers) {
  Tape<T> tape;
  const Var<T> x = parameter(cast<T>(numbers[0])), w = parameter(cast<T>(numbers[1])),
               b = parameter(cast<T>(numbers[2]));
  ConvolutionOptions<T> options = c.options<T>();
  options.bias = b;
  const Var<T> y = convolution(x, w, options);
  const auto gradients = tape.pullback(y, Var<T>(cast<T>(numbers[3])), {x, w, b});
  return {cast<double>(y.value()), cast<double>(gradients[0]), cast<double>(gradients[1]), cast<double>(gradients[2])};
}

constexpr auto fast = [](const auto& x, const auto& w, const auto& options) { return conv2d(x, w, options); };
constexpr auto taught = [](const auto& x, const auto& w, const auto& options) {
  return conv2d_by_matmul(x, w, options);
};

std::vector<Array<float>> numbers_for(const Case& c) {
  Generator generator(1998);
  const auto h = c.by_hand();
  return {generator.uniform<float>(c.x, -1, 1), generator.uniform<float>(c.w, -1, 1),
          generator.uniform<float>({c.w[0]}, -1, 1),
          generator.uniform<float>({c.x[0], c.w[0], h.output(0), h.output(1)}, -1, 1)};
}

hand_derived::Values values(const Array<float>& array) { return {array.begin(), array.end()}; }

/// The largest difference, relative to the largest number that could come about from numbers below one.
double difference(const Array<double>& actual, const hand_derived::Values& expected, double terms) {
  const hand_derived::Values scale(expected.size(), terms);
  return hand_derived::compare(hand_derived::elements(actual), expected, scale).largest;
}

void check_against_hand(const Case& c, const std::vector<Array<float>>& numbers, const Outcome& outcome,
                        double rounding) {
  const auto x = values(numbers[0]), w = values(numbers[1]), g = values(numbers[3]);
  const auto y = hand_derived::convolution(c.by_hand(), x, w, values(numbers[2]));
  const auto back = hand_derived::convolution_backward(c.by_hand(), x, w, g);
  const double patch = static_cast<double>(c.w[1] * c.w[2] * c.w[3]) + 1;
  const double places = static_cast<double>(g.size()) / static_cast<double>(c.w[0]);
  CHECK(difference(outcome.y, y, patch) <= rounding);
  CHECK(difference(outcome.dx, back.dx, static_cast<double>(c.w[0] * c.w[2] * c.w[3])) <= rounding);
  CHECK(difference(outcome.dw, back.dw, places) <= rounding);
  CHECK(difference(outcome.db, back.db, places) <= rounding);
}

}  // namespace

Rows convolution_rows() {
  const std::vector<Input> two{{{2, 2, 4, 5}}, {{3, 2, 2, 3}}};
  const std::vector<Input> three{{{2, 2, 4, 5}}, {{3, 2, 2, 3}}, {{3}}};
  const std::vector<Input> grouped{{{1, 4, 4, 5}}, {{6, 2, 2, 2}}};
  const std::vector<Input> line{{{2, 2, 6}}, {{3, 2, 3}}, {{3}}};
  const auto extents = [](const auto& v) {
    return conv2d_extents<double>("test", described(v[0]), described(v[1]), {});
  };
  return {
      {"conv2d", "as it is", two, [](const auto& v) { return conv2d(v[0], v[1]); }},
      {"conv2d", "bias", three, [](const auto& v) { return conv2d(v[0], v[1], {.bias = v[2]}); }},
      {"conv2d", "bias and relu", three,
       [](const auto& v) { return conv2d(v[0], v[1], {.bias = v[2], .activation = Activation::relu}); }},
      {"conv2d", "stride, padding, dilation and groups", grouped,
       [](const auto& v) {
         return conv2d(v[0], v[1], {.stride = {2, 1}, .padding = {1, 2}, .dilation = {2, 1}, .groups = 2});
       }},
      {"conv2d", "padding same, stride 2", two,
       [](const auto& v) { return conv2d(v[0], v[1], {.stride = 2, .padding = Padding::same}); }},
      {"conv2d", "x with x", {{{2, 2, 3, 3}}}, [](const auto& v) { return conv2d(v[0], v[0], {.padding = 1}); }},
      {"conv1d", "bias, stride and padding", line,
       [](const auto& v) { return conv1d(v[0], v[1], {.stride = 2, .padding = 1, .bias = v[2]}); }},
      {"conv2d_by_matmul", "bias and relu", three,
       [](const auto& v) {
         return conv2d_by_matmul(v[0], v[1], {.padding = 1, .bias = v[2], .activation = Activation::relu});
       }},
      {"conv2d_by_matmul", "groups", grouped,
       [](const auto& v) { return conv2d_by_matmul(v[0], v[1], {.groups = 2}); }},
      {"conv2d_input_gradient",
       "g and w",
       {{{2, 2, 4, 5}}, {{3, 2, 2, 3}}, {{2, 3, 3, 3}}},
       [=](const auto& v) { return conv2d_input_gradient(v[2], v[1], extents(v)) * v[0]; }},
      {"conv2d_weight_gradient",
       "x and g",
       {{{2, 2, 4, 5}}, {{3, 2, 2, 3}}, {{2, 3, 3, 3}}},
       [=](const auto& v) { return conv2d_weight_gradient(v[0], v[2], extents(v)) * v[1]; }},
      {"unfold",
       "stride, padding and dilation",
       {{{2, 2, 5, 4}}},
       [](const auto& v) {
         return square(unfold(v[0], {.size = {3, 2}, .stride = {2, 1}, .padding = 1, .dilation = {1, 2}}));
       }},
      {"fold",
       "overlapping windows",
       {{{2, 8, 6}}},
       [](const auto& v) {
         return square(fold(v[0], {3, 4}, {.size = 2}));
       }},
  };
}

TEST_CASE("every convolution has the right gradients") { check(convolution_rows()); }

TEST_CASE("conv2d and its gradients equal the seven loops that define them") {
  for (const Case& c : cases()) {
    CAPTURE(c.text());
    const auto numbers = numbers_for(c);
    check_against_hand(c, numbers, run<double>(fast, c, numbers), 64 * 0x1p-53);
    check_against_hand(c, numbers, run<float>(fast, c, numbers), 4 * 0x1p-24);  // much less than one a term
  }
}

TEST_CASE("the convolution that is a product of matrices equals the fast one") {
  for (const Case& c : cases()) {
    CAPTURE(c.text());
    const auto numbers = numbers_for(c);
    check_against_hand(c, numbers, run<double>(taught, c, numbers), 64 * 0x1p-53);
  }
}

TEST_CASE("conv2d with relu is relu of conv2d, to the last bit, forward and backward") {
  const auto fused = [](const auto& x, const auto& w, auto options) {
    options.activation = Activation::relu;
    return conv2d(x, w, options);
  };
  const auto apart = [](const auto& x, const auto& w, const auto& options) { return relu(conv2d(x, w, options)); };
  for (const Case& c : cases()) {
    CAPTURE(c.text());
    const auto numbers = numbers_for(c);
    const Outcome one = run<float>(fused, c, numbers), two = run<float>(apart, c, numbers);
    CHECK(one.y == two.y);
    CHECK(one.dx == two.dx);
    CHECK(one.dw == two.dw);
    CHECK(one.db == two.db);
  }
}

TEST_CASE("convolutions give the same bits on any number of threads") {
  std::vector<Case> list = cases();
  list.push_back({{64, 1, 28, 28}, {32, 1, 3, 3}});
  list.push_back({{64, 32, 13, 13}, {64, 32, 3, 3}});
  for (const Case& c : list) {
    CAPTURE(c.text());
    const auto numbers = numbers_for(c);
    const Outcome expected = run<float>(fast, c, numbers);
    for (const std::size_t count : {2U, 4U, 8U}) {
      set_threads(count);
      const Outcome outcome = run<float>(fast, c, numbers);
      CHECK(outcome.y == expected.y);
      CHECK(outcome.dx == expected.dx);
      CHECK(outcome.dw == expected.dw);
      CHECK(outcome.db == expected.db);
    }
    set_threads(1);
  }
}

TEST_CASE("a NaN in one image reaches no other image, and an infinity times zero is NaN") {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Case& c : cases()) {
    if (c.x[0] < 2) continue;
    CAPTURE(c.text());
    auto numbers = numbers_for(c);
    const std::size_t image = numbers[0].size() / c.x[0];
    std::fill_n(numbers[0].data() + image, image, nan);
    const Outcome outcome = run<float>(fast, c, numbers);
    const std::size_t result = outcome.y.size() / c.x[0];
    for (std::size_t k = 0; k < outcome.y.size(); ++k) {
      const bool second = k / result == 1;
      if (!second) REQUIRE(std::isfinite(outcome.y.data()[k]));
      else if (c.padding[0] == 0 && c.padding[1] == 0) REQUIRE(std::isnan(outcome.y.data()[k]));
    }
    for (const double d : outcome.dx) REQUIRE(std::isfinite(d));
  }
  const Var<float> x(full<float>({1, 1, 3, 3}, std::numeric_limits<float>::infinity())), w(zeros<float>({1, 1, 3, 3}));
  CHECK(std::isnan(conv2d(x, w).item()));
  CHECK(std::isnan(conv2d(x, w, {.activation = Activation::relu}).item()));
}

TEST_CASE("a batch without images gives none, and gradients that are zero") {
  Tape<double> tape;
  const Var<double> x = parameter(zeros<double>({0, 2, 4, 4})), w = parameter(ones<double>({3, 2, 3, 3}));
  const Var<double> y = conv2d(x, w);
  CHECK(y.shape() == Shape{0, 3, 2, 2});
  const auto gradients = tape.pullback(y, Var<double>(zeros<double>(y.shape())), {x, w});
  CHECK(gradients[0].shape() == x.shape());
  CHECK(gradients[1] == zeros<double>({3, 2, 3, 3}));
}

TEST_CASE("what does not fit a convolution is refused with the shapes and the rule") {
  const Var<double> x = Var<double>(zeros<double>({2, 4, 5, 5})).named("x");
  const Var<double> w = Var<double>(zeros<double>({6, 4, 3, 3})).named("w");
  const auto text = [&](const Var<double>& a, const Var<double>& b, const ConvolutionOptions<double>& options) {
    return error_text([&] { conv2d(a, b, options); });
  };
  const Var<double> narrow = Var<double>(zeros<double>({6, 3, 3, 3})), wide = Var<double>(zeros<double>({6, 4, 3, 6}));
  CHECK(::contains(text(x, narrow, {}),
                   "[conv2d] got 'x' (2, 4, 5, 5) and the weight the variable (6, 3, 3, 3): the "
                   "input has 4 channels, but the weight is for 3"));
  CHECK(::contains(text(x, wide, {}), "along the width a window reaches over 6 places, but the input has 5"));
  CHECK(::contains(text(x, w, {.dilation = 3}), "along the height a window reaches over 7 places"));
  CHECK(::contains(text(x, w, {.stride = 0}), "a stride of 0"));
  CHECK(::contains(text(x, w, {.dilation = 0}), "a dilation of 0"));
  CHECK(::contains(text(x, w, {.groups = 3}), "in 3 groups; expected a number that divides the 4 channels"));
  CHECK(::contains(text(x, w, {.groups = 0}), "in 0 groups"));
  CHECK(::contains(text(x, w, {.groups = 2}), "in 2 groups: the input has 4 channels, but the weight is for 8"));
  CHECK(::contains(text(x, w, {.bias = Var<double>(zeros<double>({4}))}), "expected (6,)"));
  CHECK(::contains(text(Var<double>(zeros<double>({4, 5, 5})), w, {}), "expected (N, C, H, W)"));
  CHECK(::contains(error_text([&] { conv1d(x, w); }), "[conv1d] got 'x' (2, 4, 5, 5)"));
  const Var<double> row(zeros<double>({2, 4, 5})), few(zeros<double>({6, 3, 3})), many(zeros<double>({6, 4, 9}));
  const std::string given = "[conv1d] got the variable (2, 4, 5) and the weight the variable ";
  CHECK(::contains(error_text([&] { conv1d(row, few); }), given + "(6, 3, 3): the input has 4 channels"));
  CHECK(::contains(error_text([&] { conv1d(row, many); }), given + "(6, 4, 9): along the width a window reaches"));
}

TEST_CASE("a convolution that refuses its bias leaves no trace of its other operands on the tape") {
  const Var<double> w = parameter(ones<double>({2, 2, 1, 1}), "w"), x = parameter(ones<double>({1, 2, 3, 3}), "x");
  const Var<double> taps = parameter(ones<double>({2, 2, 1}), "taps"), row = parameter(ones<double>({1, 2, 3}), "row");
  const Var<double> b = parameter(ones<double>({2}), "b");
  const Var<double> old = [&] {
    Tape<double> ended;
    return (b * 2.0).named("old");
  }();
  Tape<double> tape;
  const auto refused = [&](const auto& operation) {
    CHECK(::contains(error_text(operation), "'old' (2,) was recorded by a tape that is no longer in scope"));
    CHECK(tape.size() == 0);
  };
  refused([&] { return conv2d(x, w, {.bias = old}); });
  refused([&] { return conv2d_by_matmul(x, w, {.bias = old}); });
  refused([&] { return conv1d(row, taps, {.bias = old}); });
}

TEST_CASE("sizes that would wrap around are refused, and a long stride is none of them") {
  const std::size_t half = std::size_t{1} << 63U, most = std::numeric_limits<std::size_t>::max();
  const Var<double> x = parameter(ones<double>({1, 2, 4, 4}), "x"), w = parameter(ones<double>({2, 2, 3, 3}), "w");
  for (const std::size_t huge : {half, half - 1, most, (std::size_t{1} << 31U) + 1}) {
    CAPTURE(huge);
    CHECK(::contains(error_text([&] { conv2d(x, w, {.padding = huge}); }), "expected at most 2147483648 each"));
    CHECK(::contains(error_text([&] { conv2d(x, w, {.dilation = {1, huge}}); }), "along the width; expected at most"));
    CHECK(::contains(error_text([&] { unfold(x, {.size = huge, .padding = huge}); }), "[unfold] got 'x' (1, 2, 4, 4)"));
    CHECK(::contains(error_text([&] { max_pool2d(x, 2, {.padding = huge}); }), "[max_pool2d] got 'x' (1, 2, 4, 4)"));
  }
  const std::size_t large = std::size_t{1} << 31U;
  CHECK(::contains(error_text([&] { conv2d(x, w, {.stride = large, .padding = large}); }), "padded to 4294967300x"));
  for (const std::size_t stride : {std::size_t{100}, half, most}) {
    CAPTURE(stride);
    Tape<double> tape;
    const Var<double> y = conv2d(x, w, {.stride = stride, .padding = 1});
    CHECK(y.value() == Array<double>({1, 2, 1, 1}, 8.0));
    CHECK(tape.gradient(sum(y), {x}).front() == tape.gradient(sum(conv2d(x, w, {.stride = 7, .padding = 1})), {x})[0]);
    CHECK(max_pool2d(x, 2, {.stride = stride, .padding = 1, .ceil_mode = true}).value() ==
          Array<double>({1, 2, 1, 1}, 1.0));
    CHECK(avg_pool2d(x, 2, {.stride = stride}).value() == Array<double>({1, 2, 1, 1}, 1.0));
    CHECK(unfold(x, {.size = 2, .stride = stride, .padding = Padding::same}).shape() == Shape{1, 8, 1});
  }
}

}  // namespace wengert::operations
