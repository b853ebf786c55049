#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>
#include <autograd/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "../error_text.hpp"

using namespace wengert;

namespace {

/// The uniform number that a raw number of the Mersenne Twister gives.
double unit(std::uint64_t raw) { return static_cast<double>(raw >> 11) * 0x1p-53; }

}  // namespace

// The C++ standard fixes the 10,000th number of seed 5489 ([rand.predef]); the first ones are those of the reference
// implementation of Matsumoto and Nishimura with that seed.
TEST_CASE("uniform numbers are those of the Mersenne Twister") {
  Generator generator(5489);
  CHECK(generator.uniform() == unit(14514284786278117030u));
  CHECK(generator.uniform() == unit(4620546740167642908u));
  CHECK(generator.uniform() == unit(13109570281517897720u));
  for (int k = 4; k < 10000; ++k) generator.uniform();
  CHECK(generator.uniform() == unit(9981545732273789042u));
}

TEST_CASE("uniform numbers lie in their half-open interval") {
  Generator generator(1);
  double sum = 0;
  for (int k = 0; k < 100000; ++k) {
    const double x = generator.uniform(-2.0, 3.0);
    if (x < -2.0 || x >= 3.0) FAIL("out of range: " << x);
    sum += x;
  }
  CHECK(std::abs(sum / 100000 - 0.5) < 5 * 5 / std::sqrt(12.0 * 100000));  // five standard errors
}

TEST_CASE("normal numbers are Box and Muller's of two uniform ones") {
  Generator generator(2), uniform(2);
  for (int k = 0; k < 100; ++k) {
    const double u = uniform.uniform(), v = uniform.uniform();
    const double expected = std::sqrt(-2 * std::log(1 - u)) * std::cos(2 * std::numbers::pi * v);
    CHECK(generator.normal(3.0, 0.5) == 3.0 + 0.5 * expected);
  }
}

TEST_CASE("normal numbers have their moments") {
  Generator generator(3);
  constexpr int count = 200000;
  std::array<double, 5> moment{};
  for (int k = 0; k < count; ++k) {
    const double x = generator.normal();
    for (std::size_t p = 1; p < 5; ++p) moment[p] += std::pow(x, static_cast<double>(p)) / count;
  }
  const double error = 5 / std::sqrt(count);  // five standard errors, times the deviation of each power
  CHECK(std::abs(moment[1]) < error);
  CHECK(std::abs(moment[2] - 1) < error * std::sqrt(2.0));
  CHECK(std::abs(moment[3]) < error * std::sqrt(15.0));
  CHECK(std::abs(moment[4] - 3) < error * std::sqrt(96.0));
}

TEST_CASE("numbers below a bound are all met, equally often") {
  Generator generator(4);
  for (const std::size_t bound : std::vector<std::size_t>{1, 2, 3, 7, 10}) {
    constexpr double count = 70000;
    std::vector<double> met(bound);
    for (int k = 0; k < static_cast<int>(count); ++k) met.at(generator.below(bound)) += 1;
    const double expected = count / static_cast<double>(bound);
    for (double times : met) CHECK(std::abs(times - expected) <= 5 * std::sqrt(expected));
  }
  // Of this bound a remainder of raw numbers would meet the lower half twice as often as the upper one.
  constexpr std::size_t large = std::size_t{3} << 62;
  int lower = 0;
  for (int k = 0; k < 10000; ++k) {
    const std::size_t draw = generator.below(large);
    REQUIRE(draw < large);
    lower += draw < large / 3 ? 1 : 0;
  }
  CHECK(std::abs(lower - 3333) < 5 * std::sqrt(10000 * 2.0 / 9.0));
  CHECK(error_text([&] { generator.below(0); }) == "[Generator::below] the bound is 0; expected at least 1");
}

TEST_CASE("a permutation has every number once, and every order comes up") {
  Generator generator(5);
  for (const std::size_t count : std::vector<std::size_t>{0, 1, 2, 10, 1000}) {
    std::vector<std::size_t> order = generator.permutation(count), sorted(count);
    std::iota(sorted.begin(), sorted.end(), std::size_t{0});
    if (count == 1000) CHECK(order != sorted);
    std::sort(order.begin(), order.end());
    CHECK(order == sorted);
  }
  std::vector<int> met(6);
  for (int k = 0; k < 60000; ++k) {  // a shuffle that swaps with any place gives orders 8 of 54 and 10 of 54 times
    const std::vector<std::size_t> order = generator.permutation(3);
    ++met[order[0] * 2 + (order[1] > order[2] ? 1 : 0)];
  }
  for (int times : met) CHECK(std::abs(times - 10000) < 5 * std::sqrt(10000.0));
}

TEST_CASE("the same seed gives the same numbers, and a copy continues where its original stands") {
  Generator a(6), b(6), c(7);
  CHECK(a == b);
  CHECK(a.normal() == b.normal());
  CHECK(a.uniform() != c.uniform());
  CHECK(a != b);
  Generator copy = a;
  CHECK(copy.permutation(20) == a.permutation(20));
  CHECK(copy == a);
}

TEST_CASE("arrays are drawn in row-major order") {
  Generator one_by_one(8), at_once(8);
  const Array<float> uniform = at_once.uniform<float>({3, 2}, -1.0, 1.0);
  const Array<double> normal = at_once.normal<double>({2, 2}, 5.0, 2.0);
  CHECK(uniform.shape() == Shape{3, 2});
  for (std::size_t i = 0; i < 6; ++i) CHECK(uniform.data()[i] == static_cast<float>(one_by_one.uniform(-1.0, 1.0)));
  for (std::size_t i = 0; i < 4; ++i) CHECK(normal.data()[i] == one_by_one.normal(5.0, 2.0));
}

TEST_CASE_TEMPLATE("one number of the engine decides two elements, with its lower half first", T, float, double) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{6}, std::size_t{7}}) {
    std::mt19937_64 engine(3);
    Generator generator(3);
    const Array<T> mask = generator.zeros_or<T>(2.5, 0.25, {size});
    for (std::size_t k = 0; k < size; k += 2) {
      const std::uint64_t draw = engine();
      CHECK(mask.data()[k] == ((draw & 0xffffffffu) < 0x40000000u ? T(0) : T(2.5)));
      if (k + 1 < size) CHECK(mask.data()[k + 1] == ((draw >> 32) < 0x40000000u ? T(0) : T(2.5)));
    }
    CHECK(generator.uniform() == unit(engine()));
  }
}

TEST_CASE("a number of exactly p is not below p") {
  const std::uint64_t first = std::mt19937_64(3)();
  const double low = static_cast<double>(first & 0xffffffffu) * 0x1p-32,
               high = static_cast<double>(first >> 32) * 0x1p-32;
  const auto mask = [](double p) { return Generator(3).zeros_or<double>(1.0, p, {2}); };
  CHECK(mask(low)(0) == 1.0);
  CHECK(mask(low + 0x1p-32)(0) == 0.0);
  CHECK(mask(high)(1) == 1.0);
  CHECK(mask(high + 0x1p-32)(1) == 0.0);
}

TEST_CASE("zeros come with their probability, all of them at 1 and none at 0") {
  Generator generator(4);
  const auto zeros_of = [&](double p) {
    const Array<float> mask = generator.zeros_or<float>(1.0, p, {100, 1000});
    return std::count(mask.begin(), mask.end(), 0.0F);
  };
  CHECK(zeros_of(0.0) == 0);
  CHECK(zeros_of(1.0) == 100'000);
  // a binomial number deviates by sqrt(n p (1 - p)), and five times that is exceeded once in a million seeds
  for (const double p : {0.001, 0.3, 0.9})
    CHECK(std::abs(static_cast<double>(zeros_of(p)) - 1e5 * p) <= 5.0 * std::sqrt(1e5 * p * (1.0 - p)));
  CHECK(contains(error_text([&] { zeros_of(1.5); }), "[Generator::zeros_or] p is 1.5; expected a probability"));
}

TEST_CASE("a generator that is made from the state of another gives the same numbers from there on") {
  Generator original(9);
  for (int k = 0; k < 700; ++k) {  // past two blocks of the engine, which has 312 numbers
    Generator copy = Generator::from_state(original.state());
    REQUIRE(copy == original);
    REQUIRE(copy.uniform() == original.uniform());
  }
}

TEST_CASE("a text that is not the state of a generator is refused") {
  const std::string state = Generator(10).state();
  const std::string first = state.substr(0, state.find(' ')), rest = state.substr(first.size());
  std::vector<std::string> texts{"", "42", "generator", state + " 1", state + " ", " " + state, "x" + rest};
  texts.push_back("-1" + rest);                        // would wrap
  texts.push_back("18446744073709551616" + rest);      // 2^64
  texts.push_back("0" + state);                        // another spelling of the same number
  texts.push_back(state.substr(0, state.rfind(' ')));  // one number is missing
  texts.push_back(state.substr(0, state.size() / 2));  // half of them are
  for (const std::string& text : texts) {
    INFO(text.substr(0, 60));
    CHECK(contains(error_text([&] { Generator::from_state(text); }), "[Generator::from_state] got a text of "));
  }
}

TEST_CASE(
    "a generator that is split off is seeded with the next raw number, and leaves the rest of them as they were") {
  Generator generator(5489);
  CHECK(generator.split() == Generator(14514284786278117030u));
  CHECK(generator.uniform() == unit(4620546740167642908u));
}

TEST_CASE("bounds, means and deviations that are not finite are refused") {
  Generator generator(1);
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    CHECK(contains(error_text([&] { generator.uniform(bad, 1.0); }), "[Generator::uniform] the bounds are"));
    CHECK(contains(error_text([&] { generator.uniform<float>({2}, 0.0, bad); }), "expected finite numbers"));
    CHECK(contains(error_text([&] { generator.normal(bad); }), "[Generator::normal] the mean is"));
    CHECK(contains(error_text([&] { generator.normal<float>({2}, 0.0, bad); }), "expected finite numbers"));
  }
  CHECK(contains(error_text([&] { generator.uniform(-1e308, 1e308); }), "bounds"));  // their distance overflows
  CHECK(generator == Generator(1));
}
