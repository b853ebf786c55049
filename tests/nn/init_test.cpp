#include <doctest/doctest.h>
#include <nn/init.hpp>
#include <nn/layers/linear.hpp>

#include <cmath>

#include "../error_text.hpp"
#include "../hand_derived/plain_arrays.hpp"

using namespace wengert;
using hand_derived::elements;
using nn::Fan;

namespace {

constexpr std::size_t fan_out = 200, fan_in = 300;

struct Sample {
  double mean = 0.0;
  double variance = 0.0;
  double largest = 0.0;
};

/// 60,000 numbers for a weight (200, 300).
Sample sample(const nn::Initialiser& initialiser) {
  Generator generator(2015);
  const Array<double> weight = nn::draw<double>(initialiser, {fan_out, fan_in}, {fan_in, fan_out}, generator);
  Sample result;
  for (const double w : elements(weight)) {
    result.mean += w / static_cast<double>(weight.size());
    result.variance += w * w / static_cast<double>(weight.size());
    result.largest = std::max(result.largest, std::abs(w));
  }
  return result;
}

/// The mean of n numbers of variance v deviates by sqrt(v/n), that of their squares by at most v sqrt(2/n), which is
/// what normal ones do. Five times that is 2% of the deviation and 2.9% of the variance; a factor that is forgotten
/// changes the variance by 10% or more.
void check_moments(const Sample& s, double variance) {
  const double n = static_cast<double>(fan_out * fan_in);
  CHECK(std::abs(s.mean) <= 5.0 * std::sqrt(variance / n));
  CHECK(std::abs(s.variance - variance) <= 5.0 * variance * std::sqrt(2.0 / n));
}

void check_uniform(const nn::Initialiser& initialiser, double bound) {
  const Sample s = sample(initialiser);
  check_moments(s, bound * bound / 3.0);
  CHECK(s.largest <= bound);
  CHECK(s.largest >= 0.999 * bound);  // not reached by 60,000 numbers once in 10^26 seeds
}

/// The largest of 60,000 normal numbers is beyond 3.5 deviations but for one in 10^12 seeds.
void check_normal(const nn::Initialiser& initialiser, double variance) {
  const Sample s = sample(initialiser);
  check_moments(s, variance);
  CHECK(s.largest >= 3.5 * std::sqrt(variance));
}

void check_truncated(const nn::Initialiser& initialiser, double variance) {
  const Sample s = sample(initialiser);
  check_moments(s, variance);
  const double bound = 2.0 * std::sqrt(variance) / 0.87962566103423978;
  CHECK(s.largest <= bound);
  CHECK(s.largest >= 0.99 * bound);
}

}  // namespace

TEST_CASE("Keras's initialisers have the bounds and the variances of their papers; the normal ones are truncated") {
  namespace init = nn::init;
  check_uniform(init::glorot_uniform(), std::sqrt(6.0 / 500.0));
  check_truncated(init::glorot_normal(), 2.0 / 500.0);
  check_uniform(init::he_uniform(), std::sqrt(6.0 / 300.0));
  check_truncated(init::he_normal(), 2.0 / 300.0);
  check_uniform(init::lecun_uniform(), std::sqrt(3.0 / 300.0));
  check_truncated(init::lecun_normal(), 1.0 / 300.0);
}

TEST_CASE("PyTorch's initialisers have the bounds and the variances that it documents; the normal ones have tails") {
  namespace init = nn::init;
  check_uniform(init::xavier_uniform(5.0 / 3.0), 5.0 / 3.0 * std::sqrt(6.0 / 500.0));
  check_normal(init::xavier_normal(0.5), 0.25 * 2.0 / 500.0);
  check_uniform(init::kaiming_uniform(0.5), std::sqrt(6.0 / (1.25 * 300.0)));
  check_uniform(init::kaiming_uniform(0.0, Fan::out), std::sqrt(6.0 / 200.0));
  check_normal(init::kaiming_normal(0.5, Fan::out), 2.0 / (1.25 * 200.0));
  check_uniform(init::kaiming_uniform(std::sqrt(5.0)), 1.0 / std::sqrt(300.0));
  check_uniform(init::torch_default(), 1.0 / std::sqrt(300.0));
}

TEST_CASE("the standard deviation of a normal number within ±2 is the factor by which truncated ones are wider") {
  // 1 - 2 · 2 φ(2) / (2 Φ(2) - 1), the variance of a standard normal number that is truncated at ±2
  const double density = std::exp(-2.0) / std::sqrt(2.0 * std::acos(-1.0));
  const double inside = std::erf(std::sqrt(2.0));
  CHECK(std::sqrt(1.0 - 4.0 * density / inside) == doctest::Approx(0.87962566103423978).epsilon(1e-15));
}

TEST_CASE_TEMPLATE("constants fill, whatever the fans", T, float, double) {
  Generator generator(1);
  const Generator before = generator;
  CHECK(nn::draw<T>(nn::init::zeros(), {2, 3}, {3, 2}, generator) == zeros<T>({2, 3}));
  CHECK(nn::draw<T>(nn::init::ones(), {2}, {3, 2}, generator) == ones<T>({2}));
  CHECK(nn::draw<T>(nn::init::constant(0.5), {2}, {0, 0}, generator) == full<T>({2}, T(0.5)));
  CHECK(generator == before);
}

TEST_CASE_TEMPLATE("the same seed gives bitwise the same numbers, another one others", T, float, double) {
  for (const nn::Initialiser& initialiser :
       {nn::init::he_uniform(), nn::init::xavier_normal(), nn::init::lecun_normal()}) {
    const auto drawn = [&](std::uint64_t seed) {
      Generator generator(seed);
      return nn::draw<T>(initialiser, {7, 5}, {5, 7}, generator);
    };
    CHECK(drawn(3) == drawn(3));
    CHECK(drawn(3) != drawn(4));
  }
}

TEST_CASE("the fans of a convolution count the places of its kernel") {
  CHECK(nn::fans_of({10, 64}).in == 64);
  CHECK(nn::fans_of({10, 64}).out == 10);
  CHECK(nn::fans_of({16, 8, 3, 5}).in == 8 * 15);
  CHECK(nn::fans_of({16, 8, 3, 5}).out == 16 * 15);
  CHECK(nn::fans_of({16, 8, 3}).in == 24);
  CHECK(contains(error_text([] { nn::fans_of({16}); }), "[fans_of] got a weight of shape (16,)"));
}

TEST_CASE("a scale that is no variance is refused") {
  Generator generator(1);
  for (const double scale : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    CHECK(contains(error_text([&] {
                     nn::draw<float>(nn::VarianceScaling{.scale = scale}, {2, 2}, {2, 2}, generator);
                   }),
                   "[VarianceScaling] the scale is"));
  }
}

TEST_CASE("what would start a weight with numbers that are not finite is refused") {
  Generator generator(1);
  const auto refused = [&]<class T>(const nn::Initialiser& initialiser, T) {
    return error_text([&] { nn::draw<T>(initialiser, {2, 2}, {2, 2}, generator); });
  };
  for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    CHECK(contains(refused(nn::init::constant(value), 1.0), "[init::constant] the value is"));
    const auto says = [&](auto initialiser, const char* text) {
      CHECK(contains(error_text([&] { initialiser(value); }), text));
    };
    says([](double gain) { nn::init::xavier_normal(gain); }, "[init::xavier_normal] the gain is");
    says([](double gain) { nn::init::xavier_uniform(gain); }, "[init::xavier_uniform] the gain is");
    says([](double a) { nn::init::kaiming_normal(a); }, "[init::kaiming_normal] the slope a is");
    says([](double a) { nn::init::kaiming_uniform(a); }, "[init::kaiming_uniform] the slope a is");
  }
  CHECK(contains(error_text([] { nn::init::xavier_normal(0.0); }), "[init::xavier_normal] the gain is 0"));
  CHECK(contains(refused(nn::init::constant(1e39), 1.0F), "[init::constant] the value is inf"));
  CHECK(refused(nn::init::constant(1e39), 1.0) == "(no Error)");
  CHECK(contains(refused(nn::init::xavier_normal(1e39), 1.0F), "expected one whose root the elements can hold"));
  CHECK(refused(nn::init::xavier_normal(1e39), 1.0) == "(no Error)");
  CHECK(contains(error_text([&] { nn::Linear<float>(2, 2, generator, {.bias_initialiser = nn::init::constant(NAN)}); }),
                 "the value is nan; expected a finite number"));
}

TEST_CASE("Linear starts as its options say") {
  Generator generator(9);
  const nn::Linear<double> keras(fan_in, fan_out, generator, nn::LinearOptions::keras());
  CHECK(keras.bias()->value() == zeros<double>({fan_out}));
  Generator again(9);
  CHECK(keras.weight().value() ==
        nn::draw<double>(nn::init::glorot_uniform(), {fan_out, fan_in}, {fan_in, fan_out}, again));
  const nn::Linear<double> filled(3, 2, generator, {.weight_initialiser = nn::init::constant(0.25)});
  CHECK(filled.weight().value() == full<double>({2, 3}, 0.25));
  CHECK(filled.bias()->value() != zeros<double>({2}));
}

TEST_CASE("PyTorch's options draw ±1/sqrt(in) to the last bit, first the weight, then the bias") {
  for (const std::size_t features : {1u, 3u, 7u, 64u, 300u}) {
    Generator generator(5), again(5);
    const nn::Linear<double> layer(features, 4, generator, nn::LinearOptions::torch());
    const double bound = 1.0 / std::sqrt(static_cast<double>(features));
    CHECK(layer.weight().value() == again.uniform<double>({4, features}, -bound, bound));
    CHECK(layer.bias()->value() == again.uniform<double>({4}, -bound, bound));
  }
}
