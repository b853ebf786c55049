#include <doctest/doctest.h>

#include <autograd/autograd.hpp>
#include <autograd/kernel/folds.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

using namespace wengert;

TEST_CASE("the sum of twenty million ones is twenty million, in float") {
  const Var<float> x(ones<float>({20000000}));
  CHECK(sum(x).item() == 2e7f);
  CHECK(mean(x).item() == 1.0f);
  const Var<float> columns(ones<float>({4000000, 5}));
  CHECK(sum(columns, {0}).value()(3) == 4e6f);
  CHECK(sum(columns, {1}).value()(17) == 5.0f);
}

TEST_CASE_TEMPLATE("the mean of equal numbers is that number", T, float, double) {
  Generator generator(1);
  for (int k = 0; k < 200; ++k) {
    const T value = static_cast<T>(generator.normal() * std::pow(10.0, generator.uniform(-15, 15)));
    const std::size_t N = 1 + generator.below(3000), C = 1 + generator.below(20);
    CAPTURE(value);
    CAPTURE(N);
    CAPTURE(C);
    const Var<T> x(full<T>({N, C}, value));
    CHECK(mean(x).item() == value);
    for (const Var<T>& means : {mean(x, {0}), mean(x, {1})}) {
      const auto* data = means.value().data();
      CHECK(std::count(data, data + means.size(), value) == static_cast<std::ptrdiff_t>(means.size()));
    }
  }
}

TEST_CASE_TEMPLATE("a + b is its rounded sum and its rounding error", T, float, double) {
  Generator generator(2);
  for (int k = 0; k < 1000; ++k) {
    // Ten binary orders apart, so that the exact sum fits the long double that judges.
    const T a = static_cast<T>(generator.normal()), b = static_cast<T>(std::ldexp(generator.normal(), 10));
    const kernel::ExactSum<T> exact = kernel::exact_sum(a, b);
    CHECK(exact.sum == a + b);
    CHECK(static_cast<long double>(exact.sum) + exact.error == static_cast<long double>(a) + b);
  }
}

TEST_CASE("a sum of doubles keeps what a larger summand would have swallowed") {
  for (const std::size_t groups : std::vector<std::size_t>{1, 3, 64, 1000}) {
    CAPTURE(groups);
    Array<double> x = empty<double>({groups, 4});
    for (std::size_t k = 0; k < groups; ++k) {
      x.data()[4 * k] = 1.0;
      x.data()[4 * k + 1] = 1e100;
      x.data()[4 * k + 2] = 1.0;
      x.data()[4 * k + 3] = -1e100;
    }
    CHECK(sum(Var<double>(x), {1}).value()(groups - 1) == 2.0);
    CHECK(sum(Var<double>(x)).item() == 2.0 * static_cast<double>(groups));
  }
}

TEST_CASE("folds and totals keep the rounding errors of what they add and of what they merge") {
  using L = Lane<double>;
  const auto two_summands = [](auto sum, double small, double large) {
    sum.add(small);
    sum.add(large);
    return sum;
  };
  kernel::CompensatedSum<L> fold = two_summands(kernel::CompensatedSum<L>(), 1.0, 1e100);
  fold.merge(two_summands(kernel::CompensatedSum<L>(), 1.0, -1e100));
  kernel::Total<double> of_fold;
  fold.add_to(of_fold);
  CHECK(of_fold.divided_by(1.0).sum == 2.0 * static_cast<double>(L::width));

  kernel::Total<double> total = two_summands(kernel::Total<double>(), 1e100, 1.0);
  total.merge(two_summands(kernel::Total<double>(), -1e100, 1.0));
  CHECK(total.divided_by(1.0).sum == 2.0);
  CHECK(total.divided_by(4.0).sum == 0.5);
}

TEST_CASE("a fold that an infinity has met hands on an infinity, not its rounding error") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  kernel::CompensatedSum<Lane<double>> fold;
  fold.add(1.0);
  fold.add(infinity);
  kernel::Total<double> total;
  fold.add_to(total);
  CHECK(total.divided_by(3.0).sum == infinity);
}

TEST_CASE_TEMPLATE("NaN is larger than all, before and after it, in lanes and in totals", T, float, double) {
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (const bool nan_is_first : {true, false}) {
    const std::array<T, 2> x{nan_is_first ? nan : T(1), nan_is_first ? T(1) : nan};
    kernel::Largest<Lane<T>> fold, other;
    fold.add(Lane<T>::load(std::vector<T>(static_cast<std::size_t>(Lane<T>::width), x[0]).data()));
    other.add(Lane<T>::load(std::vector<T>(static_cast<std::size_t>(Lane<T>::width), x[1]).data()));
    fold.merge(other);
    kernel::LargestTotal<T> total;
    fold.add_to(total);
    total.add(T(2));
    CHECK(std::isnan(total.divided_by(1.0).sum));
  }
}

TEST_CASE("a sum of random doubles is the rounded exact sum, whatever the axes") {
  Generator generator(3);
  const Array<double> x = generator.normal<double>({37, 11, 23}, 1e3);
  const auto check = [&](const Axes& axes, auto in_group) {
    long double exact = 0.0L;
    for (std::size_t i = 0; i < x.size(); ++i) exact += in_group(i / 253, i / 23 % 11, i % 23) ? x.data()[i] : 0.0L;
    const double first = *sum(Var<double>(x), axes).value().data();
    CHECK(std::abs(first - exact) <= 0x1p-53L * std::abs(exact));
  };
  check({0, 1, 2}, [](auto, auto, auto) { return true; });
  check({0}, [](auto, auto j, auto k) { return j == 0 && k == 0; });
  check({1}, [](auto i, auto, auto k) { return i == 0 && k == 0; });
  check({2}, [](auto i, auto j, auto) { return i == 0 && j == 0; });
  check({0, 2}, [](auto, auto j, auto) { return j == 0; });
}

TEST_CASE_TEMPLATE("the sum of no elements is zero", T, float, double) {
  const Var<T> none(zeros<T>({0, 3}));
  CHECK(sum(none).item() == T(0));
  CHECK(sum(none, {0}).shape() == Shape{3});
  CHECK(sum(none, {0}).value()(2) == T(0));
  CHECK(sum(none, {1}).shape() == Shape{0});
}

TEST_CASE_TEMPLATE("infinities and NaN are summed as IEEE arithmetic does", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  for (const std::size_t size : std::vector<std::size_t>{2, 5, 16, 100}) {
    CAPTURE(size);
    Array<T> x = ones<T>({size});
    x(size / 2) = std::numeric_limits<T>::quiet_NaN();
    CHECK(std::isnan(sum(Var<T>(x)).item()));
    x(size / 2) = infinity;
    CHECK(sum(Var<T>(x)).item() == infinity);
    CHECK(mean(Var<T>(x)).item() == infinity);
    x(size / 2) = -infinity;
    CHECK(sum(Var<T>(x)).item() == -infinity);
    x(0) = infinity;
    CHECK(std::isnan(sum(Var<T>(x)).item()));
  }
}
