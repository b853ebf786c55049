#include <doctest/doctest.h>

#include <autograd/autograd.hpp>
#include <autograd/check/derivatives.hpp>

#include <cmath>

namespace wengert {
namespace {

template <class T>
Array<T> vector(const std::vector<T>& values) {
  Array<T> result = empty<T>({values.size()});
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

template <class T>
std::vector<T> values_of(const Array<T>& array) {
  return {array.data(), array.data() + array.size()};
}

}  // namespace

TEST_CASE_TEMPLATE("jvp is the directional derivative", T, float, double) {
  const auto f = [](const std::vector<Var<T>>& v) { return v[0] * v[0] * v[1]; };
  const Var<T> x = parameter(vector<T>({1, 2, 3}), "x");
  const Var<T> y(scalar<T>(4));
  // d(x² y) = 2 x y dx + x² dy
  CHECK(values_of(jvp<T>(f, {x, y}, {vector<T>({1, 0, 2}), scalar<T>(5)})) == std::vector<T>{8 + 5, 20, 48 + 45});
  CHECK(!x.has_grad());
  CHECK_THROWS_WITH_AS(jvp<T>(f, {x, y}, {vector<T>({1, 0}), scalar<T>(5)}),
                       "[jvp] 'x' has shape (3,), but its vector has shape (2,)", Error);
  CHECK_THROWS_AS(jvp<T>(f, {x, y}, {vector<T>({1, 0, 2})}), Error);
}

TEST_CASE_TEMPLATE("hvp is the Hessian times a vector, mixed terms included", T, float, double) {
  const auto f = [](const std::vector<Var<T>>& v) { return sum(v[0] * v[0] * v[1]); };
  const Var<T> x(vector<T>({1, 2, 3}));
  const Var<T> y(vector<T>({4, 5, 6}));
  const auto products = hvp<T>(f, {x, y}, {vector<T>({1, 0, 2}), vector<T>({0, 1, 1})});
  // The blocks are diag(2 y), diag(2 x) and 0.
  CHECK(values_of(products[0]) == std::vector<T>{8, 4, 24 + 6});
  CHECK(values_of(products[1]) == std::vector<T>{2, 0, 12});
  const auto not_scalar = [](const std::vector<Var<T>>& v) { return v[0]; };
  CHECK_THROWS_WITH_AS(hvp<T>(not_scalar, {x}, {vector<T>({1, 1, 1})}),
                       "[hvp] the function returned shape (3,); expected a scalar", Error);
}

TEST_CASE_TEMPLATE("jacobian has a row for every element of the result", T, float, double) {
  const Var<T> x(vector<T>({2, 3}));
  const Array<T> square_and_sum = jacobian(
      [](const auto& v) {
        return concat(std::vector{v * v, sum(v, {0}, keep_dims)}, 0);
      },
      x);
  CHECK(square_and_sum.shape() == Shape{3, 2});
  CHECK(values_of(square_and_sum) == std::vector<T>{4, 0, 0, 6, 1, 1});
  const auto outer = [](const std::vector<Var<T>>& v) { return matmul(v[0], v[1]); };
  const auto both = jacobians<T>(outer, {Var<T>(ones<T>({2, 1})), Var<T>(ones<T>({1, 3}))});
  CHECK(both[0].shape() == Shape{2, 3, 2, 1});
  CHECK(both[1].shape() == Shape{2, 3, 1, 3});
}

TEST_CASE("derivatives of a linear or constant function are zeros, not errors") {
  const Var<double> x(vector<double>({1, 2}));
  const std::vector<double> zero{0, 0};
  const auto linear = [](const std::vector<Var<double>>& v) { return sum(v[0]) * 3.0; };
  CHECK(values_of(hvp<double>(linear, {x}, {ones<double>({2})}).front()) == zero);
  CHECK(values_of(jvp<double>(linear, {x}, {ones<double>({2})})) == std::vector<double>{6});
  const auto constant = [](const std::vector<Var<double>>&) { return Var<double>(1.0); };
  CHECK(values_of(jvp<double>(constant, {x}, {ones<double>({2})})) == std::vector<double>{0});
  CHECK(values_of(hvp<double>(constant, {x}, {ones<double>({2})}).front()) == zero);
  CHECK(values_of(jacobians<double>(constant, {x}).front()) == zero);
}

TEST_CASE("the jacobian and jvp of batch normalisation agree") {
  Generator generator(3);
  const Var<double> x(generator.normal<double>({6, 2}));
  const Array<double> t = generator.normal<double>({6, 2});
  const Var<double> one(ones<double>({2}));
  const Var<double> zero(zeros<double>({2}));
  const auto f = [&](const Var<double>& v) { return batch_norm(v, one, zero, {0}).y; };
  const Array<double> j = jacobian(f, x);
  const Array<double> direction = jvp<double>([&](const auto& v) { return f(v[0]); }, {x}, {t});
  for (std::size_t row = 0; row < 12; ++row) {
    double expected = 0;
    for (std::size_t k = 0; k < 12; ++k) expected += j.data()[row * 12 + k] * t.data()[k];
    CHECK(direction.data()[row] == doctest::Approx(expected).epsilon(1e-12));
  }
}

}  // namespace wengert
