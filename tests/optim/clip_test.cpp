#include <doctest/doctest.h>
#include <optim/optim.hpp>

#include <cmath>
#include <limits>

#include "../error_text.hpp"
#include "../infinity.hpp"

using namespace wengert;

namespace {

template <class T>
Var<T> with_gradient(Array<T> gradient, const char* name) {
  const Var<T> p = parameter(zeros<T>(gradient.shape()), name);
  p.set_grad(std::move(gradient));
  return p;
}

}  // namespace

TEST_CASE_TEMPLATE("the gradients of all parameters together are shortened to the norm, and the old norm is returned",
                   T, float, double) {
  const Var<T> a = with_gradient<T>({3, 0}, "a"), b = with_gradient<T>({{0, 4}, {0, 12}}, "b");
  const Var<T> none = parameter(Array<T>{1}, "none");
  CHECK(optim::clip_by_norm(std::vector{a, none, b}, 6.5) == 13.0);
  const double scale = 6.5 / (13.0 + 1e-6);
  CHECK(a.grad() == Array<T>{static_cast<T>(3.0 * scale), 0});
  CHECK(b.grad() == Array<T>{{0, static_cast<T>(4.0 * scale)}, {0, static_cast<T>(12.0 * scale)}});
  CHECK_FALSE(none.has_grad());
}

TEST_CASE("gradients that are short enough do not change, and an infinite limit only measures") {
  const Var<double> p = with_gradient<double>({3, -4}, "p");
  CHECK(optim::clip_by_norm(std::vector{p}, 5.5) == 5.0);
  CHECK(optim::clip_by_norm(std::vector{p}, std::numeric_limits<double>::infinity()) == 5.0);
  CHECK(p.grad() == Array<double>{3, -4});
  CHECK(optim::clip_by_norm(std::vector{parameter(Array<double>{1}, "p")}, 1.0) == 0.0);
}

TEST_CASE("the norm of floats is taken in double: a large element does not swallow many small ones, nor overflow") {
  Array<float> gradient = full<float>({1 << 16}, 0.25f);  // their squares add up to 4096
  gradient.data()[0] = 1024.0f;
  const Var<float> p = with_gradient(std::move(gradient), "p");
  CHECK(optim::clip_by_norm(std::vector{p}, 1e6) == std::sqrt(1024.0 * 1024.0 + 4096.0 - 0.0625));
  const Var<float> large = with_gradient<float>({3e30f, 4e30f}, "large");
  CHECK(optim::clip_by_norm(std::vector{large}, 1.0) == doctest::Approx(5e30).epsilon(1e-7));  // floats of 3e30, 4e30
  CHECK(large.grad().data()[0] == doctest::Approx(0.6).epsilon(1e-7));
}

TEST_CASE("the norm of doubles whose squares overflow or vanish") {
  const Var<double> large = with_gradient<double>({3e200, -4e200}, "large");
  CHECK(optim::clip_by_norm(std::vector{large}, 1.0) == doctest::Approx(5e200).epsilon(1e-15));
  CHECK(large.grad().data()[0] == doctest::Approx(0.6).epsilon(1e-15));
  CHECK(large.grad().data()[1] == doctest::Approx(-0.8).epsilon(1e-15));
  const Var<double> small = with_gradient<double>({3e-200, 4e-200}, "small");
  CHECK(std::abs(optim::clip_by_norm(std::vector{small}, 1.0) / 5e-200 - 1.0) < 1e-15);
  CHECK(small.grad() == Array<double>{3e-200, 4e-200});
  const Var<double> least = with_gradient<double>({5e-324, 0}, "least");
  CHECK(optim::clip_by_norm(std::vector{least}, 1.0) == 5e-324);
  const Var<double> largest = with_gradient<double>({1.7e308, 1.7e308}, "largest");
  CHECK(contains(error_text([&] { optim::clip_by_norm(std::vector{largest}, 1.0); }), "overflows"));
}

TEST_CASE("a parameter that is given twice is one parameter") {
  const Var<double> a = with_gradient<double>({3}, "a"), b = with_gradient<double>({4}, "b");
  CHECK(optim::clip_by_norm(std::vector{a, b, a}, 2.5) == 5.0);
  CHECK(a.grad().data()[0] == doctest::Approx(1.5).epsilon(1e-6));
  CHECK(b.grad().data()[0] == doctest::Approx(2.0).epsilon(1e-6));
}

TEST_CASE("a gradient that is not finite is refused by the name of its parameter, and nothing has changed") {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    const Var<double> a = with_gradient<double>({100}, "a"), b = with_gradient<double>({1, bad}, "b");
    const Var<double> c = with_gradient<double>({bad}, "c");
    const std::string error = error_text([&] { optim::clip_by_norm(std::vector{a, b, c}, 1.0); });
    CHECK_MESSAGE(contains(error, "[clip_by_norm] the gradient of 'b' (2,) has elements that are NaN"), error);
    CHECK(a.grad() == Array<double>{100});
  }
}

TEST_CASE("every element is moved into the limits, and NaN stays what it is") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Var<double> a = with_gradient<double>({-3, -0.5, 0, 0.25, infinity}, "a"),
                    b = with_gradient<double>({nan}, "b");
  const Var<double> none = parameter(Array<double>{1}, "none");
  optim::clip_by_value(std::vector{a, none, b}, 0.5);
  CHECK(a.grad() == Array<double>{-0.5, -0.5, 0, 0.25, 0.5});
  CHECK(std::isnan(b.grad().data()[0]));
  CHECK_FALSE(none.has_grad());
}

TEST_CASE("limits that are not positive are refused") {
  const std::vector p{with_gradient<double>({1}, "p")};
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK(contains(error_text([&] { optim::clip_by_norm(p, bad); }), "[clip_by_norm] max_norm is "));
    CHECK(contains(error_text([&] { optim::clip_by_value(p, bad); }), "[clip_by_value] limit is "));
  }
  CHECK(p[0].grad() == Array<double>{1});
}
