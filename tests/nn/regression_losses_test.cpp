#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/losses/regression_losses.hpp>

#include <cmath>
#include <limits>

#include "../error_text.hpp"
#include "../hand_derived/plain_arrays.hpp"

using namespace wengert;
using hand_derived::compare;
using hand_derived::elements;
using hand_derived::Values;

namespace {

/// The mean of `loss(d)` over the differences, and its gradients ± slope(d) / N, by a plain loop.
template <class Loss, class Computed, class Slope>
void check_by_hand(const Loss& loss, const Computed& computed, const Slope& slope) {
  Generator generator(12);
  for (const Shape& shape : {Shape{}, Shape{4}, Shape{5, 3, 2}}) {
    CAPTURE(to_string(shape));
    const Var<double> y = parameter(generator.normal<double>(shape, 0.0, 2.0), "y");
    const Var<double> t = parameter(generator.normal<double>(shape, 0.0, 2.0), "t");
    Tape<double> tape;
    const Var<double> value = computed(y, t);
    tape.backward(value * -1.5);
    const double n = static_cast<double>(y.size());
    double expected = 0.0;
    Values d_y, d_t;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double d = y.value().data()[i] - t.value().data()[i];
      expected += loss(d) / n;
      d_y.push_back(-1.5 * slope(d) / n);
      d_t.push_back(1.5 * slope(d) / n);
    }
    CHECK(value.shape() == Shape{});
    CHECK(value.item() == doctest::Approx(expected).epsilon(1e-14));
    CHECK(compare(elements(y.grad()), d_y).largest <= 1e-15);
    CHECK(compare(elements(t.grad()), d_t).largest <= 1e-15);
  }
}

double slope_of_absolute(double d) { return d > 0.0 ? 1.0 : -1.0; }

}  // namespace

TEST_CASE("mean squared and mean absolute errors and their gradients are those of plain loops") {
  check_by_hand([](double d) { return d * d; }, [](const auto& y, const auto& t) { return nn::mse(y, t); },
                [](double d) { return 2.0 * d; });
  check_by_hand([](double d) { return std::abs(d); }, [](const auto& y, const auto& t) { return nn::mae(y, t); },
                slope_of_absolute);
}

TEST_CASE("Huber's loss is a parabola up to delta and a straight line beyond, and so are its gradients") {
  for (const double delta : {0.5, 1.0, 3.0}) {
    CAPTURE(delta);
    check_by_hand([=](double d) { return std::abs(d) <= delta ? d * d / 2.0 : delta * (std::abs(d) - delta / 2.0); },
                  [=](const auto& y, const auto& t) { return nn::huber(y, t, delta); },
                  [=](double d) { return std::abs(d) <= delta ? d : delta * slope_of_absolute(d); });
  }
}

TEST_CASE_TEMPLATE("differences at the joint and of a thousand have the derivatives they should", T, float, double) {
  const Var<T> y = parameter(Array<T>{0, 1, -1, 1000}, "y");
  Tape<T> tape;
  const Var<T> loss = nn::huber(y, zeros<T>({4}));
  tape.backward(loss);
  CHECK(loss.item() == T((0.5 + 0.5 + 999.5) / 4));
  CHECK(y.grad() == Array<T>{0, T(0.25), T(-0.25), T(0.25)});
}

TEST_CASE("half of a square is a number where the square is none") {
  const Var<float> y = parameter(Array<float>{2e19F}, "y");
  Tape<float> tape;
  const Var<float> loss = nn::huber(y, zeros<float>({1}), 1e30);
  CHECK(loss.item() == doctest::Approx(2e38));
  CHECK(tape.gradient(loss, {y}).front() == y.value());
}

TEST_CASE("shapes that would broadcast are refused, and so is a delta that is no distance") {
  const Var<double> y = parameter(zeros<double>({4, 1}), "y"), row(zeros<double>({4})), none(zeros<double>({0}));
  Tape<double> tape;
  CHECK(contains(error_text([&] { nn::mse(y, row); }), "[mse] got outputs of shape (4, 1) and targets of shape (4,)"));
  CHECK(contains(error_text([&] { nn::mae(y, row); }), "[mae] got outputs of shape (4, 1)"));
  CHECK(contains(error_text([&] { nn::huber(y, row); }), "[huber] got outputs of shape (4, 1)"));
  CHECK(contains(error_text([&] { nn::mse(none, none); }), "at least one element"));
  for (const double delta : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    CHECK(contains(error_text([&] { nn::huber(y, y, delta); }), "[huber] delta is"));
  }
  CHECK(tape.size() == 0);
}

TEST_CASE_TEMPLATE("a square or a difference that overflows does not make a mean infinite that fits", T, float,
                   double) {
  const auto check = [](const auto& loss, const Array<T>& outputs, const Array<T>& targets, double expected,
                        const Array<double>& gradient) {
    const Var<T> y = parameter(outputs, "y");
    Tape<T> tape;
    const Var<T> value = loss(y, Var<T>(targets));
    const T tolerance = 4 * std::numeric_limits<T>::epsilon();
    CHECK(std::abs(value.item() - T(expected)) <= tolerance * T(expected));
    const Array<T> dy = tape.gradient(value, {y})[0];
    for (std::size_t i = 0; i < dy.size(); ++i) {
      CHECK(std::abs(dy.data()[i] - T(gradient.data()[i])) <= tolerance * std::abs(T(gradient.data()[i])));
    }
  };
  const auto mse = [](const Var<T>& y, const Var<T>& t) { return nn::mse(y, t); };
  const auto mae = [](const Var<T>& y, const Var<T>& t) { return nn::mae(y, t); };
  const auto huber = [](double delta) {
    return [=](const Var<T>& y, const Var<T>& t) { return nn::huber(y, t, delta); };
  };
  // Just above the root of the largest number, and three quarters of that number.
  const double a = 1.5 * std::exp2(std::numeric_limits<T>::max_exponent / 2);
  const double b = 0.75 * static_cast<double>(std::numeric_limits<T>::max());
  const T zero = 0, far = T(a), large = T(b);
  check(mse, {far, zero, zero, zero}, {zero, zero, zero, zero}, a * (a / 4), {a / 2, 0, 0, 0});
  check(mse, {1, zero, -far, zero}, {zero, zero, zero, zero}, a * (a / 4), {0.5, 0, -a / 2, 0});
  check(huber(a * 2), {far, zero}, {zero, zero}, a * (a / 4), {a / 2, 0});
  check(huber(a / 2), {far, zero, zero, zero, zero, zero, zero, zero, zero, zero}, zeros<T>({10}), a * (a / 10) * 0.375,
        {a / 20, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  check(mae, {large, zero, zero, zero}, {-large, zero, zero, zero}, b / 2, {0.25, 0, 0, 0});
  check(huber(1.0), {large, zero, zero, zero}, {-large, zero, zero, zero}, b / 2, {0.25, 0, 0, 0});
  const Var<T> most(full<T>({2}, std::numeric_limits<T>::max())), none(zeros<T>({2}));
  CHECK(std::isinf(nn::mse(most, none).item()));  // the mean itself overflows
  CHECK(std::isinf(nn::mse(Var<T>(full<T>({2}, std::numeric_limits<T>::infinity())), none).item()));
  CHECK(std::isnan(nn::mse(Var<T>(full<T>({2}, std::numeric_limits<T>::quiet_NaN())), none).item()));
}

TEST_CASE_TEMPLATE("Huber's loss with a delta far below 1 knows distances that overflow", T, float, double) {
  const T largest = std::numeric_limits<T>::max();
  const double delta = std::same_as<T, float> ? 1e-30 : 1e-200;
  const Var<T> y = parameter(Array<T>{largest, 1}, "y");
  Tape<T> tape;
  const Var<T> loss = nn::huber(y, Array<T>{-largest, 0}, delta);
  const double expected = static_cast<double>(static_cast<T>(delta)) * static_cast<double>(largest);
  CHECK(loss.item() == doctest::Approx(expected).epsilon(1e-6));
  CHECK(tape.gradient(loss, {y}).front()(0) == static_cast<T>(delta) / T(2));
}

TEST_CASE("a delta that is 0 among floats is refused") {
  const Var<float> y(1.0F), t(0.0F);
  CHECK(contains(error_text([&] { nn::huber(y, t, 1e-50); }), "[huber] delta is 1e-50, which is 0 among floats"));
  CHECK(nn::huber(Var<double>(1.0), Var<double>(0.0), 1e-50).item() == 1e-50);
}
