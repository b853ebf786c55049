#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <cmath>
#include <limits>

#include "../infinity.hpp"

namespace wengert::operations {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Array<double> vector(const std::vector<double>& values) {
  Array<double> result = empty<double>({values.size()});
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

std::vector<double> values_of(const Array<double>& array) { return {array.data(), array.data() + array.size()}; }

/// d sum(f(x)) / dx.
std::vector<double> gradient_of_sum(const std::vector<double>& x, Var<double> (*f)(const Var<double>&)) {
  Tape<double> tape;
  const Var<double> input = parameter(vector(x));
  return values_of(tape.gradient(sum(f(input)), {input}).front());
}

using Unary = Var<double> (*)(const Var<double>&);

/// Every elementwise operation and reduction that is defined for no elements.
const std::vector<Unary> elementwise_operations{
    [](const Var<double>& x) { return -x; },
    [](const Var<double>& x) { return x + x; },
    [](const Var<double>& x) { return x * 2.0; },
    [](const Var<double>& x) { return x / (x + 3.0); },
    [](const Var<double>& x) { return exp(x); },
    [](const Var<double>& x) { return gelu(x); },
    [](const Var<double>& x) { return maximum(x, x); },
    [](const Var<double>& x) { return where(x > 0.0, x, x * x); },
    [](const Var<double>& x) { return map([](const auto& a, const auto& b) { return a * b; }, x, x); },
};

}  // namespace

TEST_CASE("elementwise operations take arrays without elements, forward and backward") {
  for (const Shape& shape : {Shape{0}, Shape{0, 3}, Shape{2, 0, 3}}) {
    for (const Unary f : elementwise_operations) {
      Tape<double> tape;
      const Var<double> x = parameter(zeros<double>(shape));
      const Var<double> y = f(x);
      CHECK(y.shape() == shape);
      CHECK(tape.gradient(sum(y), {x}).front().shape() == shape);
    }
  }
}

TEST_CASE("elementwise operations take scalars, forward and backward") {
  for (const Unary f : elementwise_operations) {
    Tape<double> tape;
    const Var<double> x = parameter(scalar(0.5));
    const Var<double> y = f(x);
    CHECK(y.shape() == Shape{});
    CHECK(tape.gradient(y, {x}).front().shape() == Shape{});
  }
}

TEST_CASE("an operand without elements broadcasts with one of extent one, whose gradient is then zero") {
  Tape<double> tape;
  const Var<double> none = parameter(zeros<double>({0, 3}));
  const Var<double> row = parameter(ones<double>({1, 3}));
  const Var<double> y = none * row;
  CHECK(y.shape() == Shape{0, 3});
  CHECK(values_of(tape.gradient(sum(y), {row}).front()) == std::vector<double>{0, 0, 0});
}

TEST_CASE("the sum over no elements is zero and has a gradient without elements") {
  Tape<double> tape;
  const Var<double> x = parameter(zeros<double>({0, 3}));
  const Var<double> y = sum(x, {0});
  CHECK(values_of(y.value()) == std::vector<double>{0, 0, 0});
  CHECK(tape.gradient(sum(y), {x}).front().shape() == Shape{0, 3});
}

TEST_CASE("a sum with an infinity, or one that overflows, is infinite") {
  CHECK(sum(Var(vector({1, infinity, 1}))).item() == infinity);
  CHECK(mean(Var(vector({1, -infinity, 1}))).item() == -infinity);
  CHECK(std::isnan(sum(Var(vector({infinity, -infinity}))).item()));
  CHECK(sum(Var(full<float>({40}, 3e38f))).item() == std::numeric_limits<float>::infinity());
}

TEST_CASE("reductions over other axes than the one without elements have no elements") {
  using Reduction = Var<double> (*)(const Var<double>&, const Axes&, Dims);
  for (const Reduction reduce :
       {Reduction(sum), Reduction(mean), Reduction(variance), Reduction(max), Reduction(min), Reduction(logsumexp)}) {
    Tape<double> tape;
    const Var<double> x = parameter(zeros<double>({0, 3}));
    const Var<double> y = reduce(x, {1}, Dims::drop);
    CHECK(y.shape() == Shape{0});
    CHECK(tape.gradient(sum(y), {x}).front().shape() == Shape{0, 3});
  }
}

TEST_CASE("a reduction without identity refuses no elements") {
  const Var<double> x(zeros<double>({0, 3}));
  CHECK_THROWS_WITH_AS(softmax(x, {2}), doctest::Contains("[softmax]"), Error);
  CHECK_THROWS_WITH_AS(mean(x, {0}), doctest::Contains("[mean]"), Error);
  CHECK_THROWS_WITH_AS(max(x, {0}), doctest::Contains("[max]"), Error);
  CHECK_THROWS_WITH_AS(min(x), doctest::Contains("[min]"), Error);
  CHECK_THROWS_WITH_AS(logsumexp(x, {0}), doctest::Contains("[logsumexp]"), Error);
  CHECK_THROWS_WITH_AS(variance(x, {0}), doctest::Contains("[variance]"), Error);
  CHECK_THROWS_WITH_AS(variance(x, {5}), doctest::Contains("[variance] axis 5"), Error);
}

TEST_CASE("the mean of a formula over no elements names its operands with their shapes") {
  const Var<double> x = Var<double>(zeros<double>({0, 3})).named("x"), y(ones<double>({3}));
  const auto product = [](const auto& a, const auto& b) { return a * b; };
  CHECK_THROWS_WITH_AS(mean(Axes{0}, product, x, y),
                       "[mean] the mean of no elements is undefined: got 'x' (0, 3), 'operand 1' (3,) over the axes "
                       "{0}; expected at least one for each result",
                       Error);
}

TEST_CASE("softmax of no elements has no elements") {
  for (const Shape& shape : {Shape{0, 3}, Shape{3, 0}, Shape{2, 0, 3}}) {
    for (const std::ptrdiff_t axis : {0, 1, -1}) {
      Tape<double> tape;
      const Var<double> x = parameter(zeros<double>(shape));
      const Var<double> y = softmax(x, {axis}) + log_softmax(x, {axis});
      CHECK(y.shape() == shape);
      CHECK(tape.gradient(sum(y), {x}).front().shape() == shape);
    }
  }
}

TEST_CASE("softmax and its relatives neither overflow nor underflow at a thousand") {
  const Array<double> x = vector({1e3, -1e3, 1e3});
  CHECK(values_of(softmax(Var(x)).value()) == std::vector<double>{0.5, 0, 0.5});
  CHECK(logsumexp(Var(x)).item() == doctest::Approx(1e3 + std::log(2.0)).epsilon(1e-15));
  const std::vector<double> logs = values_of(log_softmax(Var(x)).value());
  CHECK(logs[0] == doctest::Approx(-std::log(2.0)).epsilon(1e-13));  // a difference of two numbers near 1000
  CHECK(logs[1] == doctest::Approx(-2e3 - std::log(2.0)).epsilon(1e-15));
  const auto gradient = gradient_of_sum({1e3, -1e3, 1e3}, [](const Var<double>& v) { return logsumexp(v); });
  CHECK(gradient[0] == doctest::Approx(0.5).epsilon(1e3 * 0x1p-52));  // exp of a difference of numbers near 1000
  CHECK(gradient[1] == 0);
}

TEST_CASE("what is minus infinity has no weight in logsumexp and softmax, and no gradient") {
  const Array<double> x = vector({-infinity, 0, 0});
  CHECK(values_of(softmax(Var(x)).value()) == std::vector<double>{0, 0.5, 0.5});
  CHECK(logsumexp(Var(x)).item() == doctest::Approx(std::log(2.0)).epsilon(1e-15));
  CHECK(gradient_of_sum({-infinity, 0, 0}, [](const Var<double>& v) { return logsumexp(v); }) ==
        std::vector<double>{0, 0.5, 0.5});
  const auto first_of_softmax = [](const Var<double>& v) { return slice(softmax(v), 0, 1, 2); };
  CHECK(gradient_of_sum({-infinity, 0, 0}, first_of_softmax) == std::vector<double>{0, 0.25, -0.25});
  CHECK(logsumexp(Var(vector({-infinity, -infinity}))).item() == -infinity);
  CHECK(logsumexp(Var(vector({infinity, 0}))).item() == infinity);
}

TEST_CASE("the branch of where that is not taken adds nothing, not even NaN") {
  // NaN * 0 does not come about here: log(-1) is NaN, but its derivative is not.
  const auto safe_log = [](const Var<double>& x) { return where(x > 0.0, log(x), x); };
  CHECK(gradient_of_sum({-1, 2}, safe_log) == std::vector<double>{1, 0.5});
  Tape<double> tape;
  const Var<double> taken = parameter(vector({1, 2}));
  const Var<double> other = parameter(vector({nan, infinity}));
  const Var<double> y = where(Var(vector({1, 1})), taken * taken, other * 2.0);
  const auto gradients = tape.gradient(sum(y), {taken, other});
  CHECK(values_of(gradients[0]) == std::vector<double>{2, 4});
  CHECK(values_of(gradients[1]) == std::vector<double>{0, 0});
  // Inside a formula the derivative of the other branch may be infinite as well.
  const auto fused = [](const Var<double>& x) {
    return map([](const auto& a) { return where(a > 0.0, log(a), a); }, x);
  };
  CHECK(gradient_of_sum({-1, 0, 2}, fused) == std::vector<double>{1, 1, 0.5});
  CHECK(where(Var<double>(0.0), Var<double>(nan), Var<double>(3.0)).item() == 3.0);
}

TEST_CASE("equal extremes share the gradient") {
  CHECK(gradient_of_sum({2, 5, 5, 1}, [](const Var<double>& x) { return max(x); }) ==
        std::vector<double>{0, .5, .5, 0});
  CHECK(gradient_of_sum({1, 1, 1, 1}, [](const Var<double>& x) { return min(x); }) ==
        std::vector<double>{.25, .25, .25, .25});
  CHECK(gradient_of_sum({3, 3}, [](const Var<double>& x) { return maximum(x, Var<double>(3.0)); }) ==
        std::vector<double>{.5, .5});
  CHECK(gradient_of_sum({3, 3}, [](const Var<double>& x) { return minimum(x, x); }) == std::vector<double>{1, 1});
}

TEST_CASE("the derivatives at a kink are the documented ones") {
  CHECK(gradient_of_sum({0.0, -0.0}, [](const Var<double>& x) { return relu(x); }) == std::vector<double>{0, 0});
  CHECK(gradient_of_sum({0}, [](const Var<double>& x) { return abs(x); }) == std::vector<double>{0});
  CHECK(gradient_of_sum({0, 1}, [](const Var<double>& x) { return clip(x, 0.0, 1.0); }) == std::vector<double>{1, 1});
  CHECK(gradient_of_sum({0}, [](const Var<double>& x) { return pow(x, 2.0); }) == std::vector<double>{0});
}

TEST_CASE("clip refuses bounds that are in the wrong order or no numbers") {
  const Var<double> x(zeros<double>({2}));
  for (const auto& [low, high] : {std::pair{1.0, 0.0}, std::pair{nan, 1.0}, std::pair{0.0, nan}})
    CHECK_THROWS_WITH_AS(clip(x, low, high), doctest::Contains("[clip] low is "), Error);
  CHECK(values_of(clip(x, 2.0, 2.0).value()) == std::vector<double>{2, 2});
  CHECK(values_of(clip(x, -infinity, infinity).value()) == std::vector<double>{0, 0});
}

TEST_CASE("a slope that is not finite is refused by the function that takes it, before anything is recorded") {
  const Var<double> x = parameter(Array<double>{-1.0, 2.0}, "x");
  Tape<double> tape;
  for (const double bad : {std::nan(""), infinity, -infinity}) {
    CHECK_THROWS_WITH_AS(leaky_relu(x, bad), doctest::Contains("[leaky_relu] the slope is "), Error);
    CHECK_THROWS_WITH_AS(elu(x, bad), doctest::Contains("[elu] alpha is "), Error);
  }
  CHECK(tape.size() == 0);
}

TEST_CASE("an operand that is used twice gets both contributions") {
  CHECK(gradient_of_sum({3}, [](const Var<double>& x) { return x * x; }) == std::vector<double>{6});
  CHECK(gradient_of_sum({3}, [](const Var<double>& x) { return x + x; }) == std::vector<double>{2});
  CHECK(gradient_of_sum({3}, [](const Var<double>& x) { return maximum(x, x); }) == std::vector<double>{1});
  CHECK(gradient_of_sum({3, 4}, [](const Var<double>& x) {
          return concat(std::vector{x, x * x}, 0) * concat(std::vector{x, x}, 0);
        }) == std::vector<double>{6 + 27, 8 + 48});
}

TEST_CASE("movements and matmul take arrays without elements") {
  Tape<double> tape;
  const Var<double> x = parameter(zeros<double>({0, 3}));
  const Var<double> y = concat(std::vector{transpose(x), broadcast_to(Var(ones<double>({3, 1})), {3, 2})}, 1);
  CHECK(y.shape() == Shape{3, 2});
  CHECK(tape.gradient(sum(y), {x}).front().shape() == Shape{0, 3});
  CHECK(reshape(x, {3, 0}).shape() == Shape{3, 0});
  CHECK(slice(x, 1, 2, 2).shape() == Shape{0, 0});
  CHECK(tape.gradient(sum(slice(x, 1, 1, 3)), {x}).front().shape() == Shape{0, 3});
  CHECK(pad(x, 1, 2, 1).shape() == Shape{0, 6});
  CHECK(tape.gradient(sum(pad(x, 1, 2, 1)), {x}).front().shape() == Shape{0, 3});
  CHECK(values_of(pad(x, 0, 1, 1).value()) == std::vector<double>(6, 0.0));
  CHECK(gather(x, {}, 0).shape() == Shape{0, 3});
  const Var<double> w = parameter(ones<double>({3, 2}));
  const Var<double> z = matmul(x, w);
  CHECK(z.shape() == Shape{0, 2});
  CHECK(values_of(tape.gradient(sum(z), {w}).front()) == std::vector<double>(6, 0.0));
  CHECK(values_of(matmul(transpose(x), x).value()) == std::vector<double>(9, 0.0));
}

}  // namespace wengert::operations
