#include <doctest/doctest.h>
#include <autograd/check/gradcheck.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/sequential.hpp>

#include <algorithm>
#include <cmath>

#include "../error_text.hpp"
#include "../hand_derived/plain_arrays.hpp"

using namespace wengert;
using hand_derived::elements;

namespace {

nn::Dropout<double> dropout(double p, std::uint64_t seed) {
  Generator generator(seed);
  return {p, generator};
}

}  // namespace

TEST_CASE("the same seed drops the same elements, another one others, and every forward draws anew") {
  const Var<double> x(ones<double>({10, 10}));
  nn::Dropout<double> a = dropout(0.5, 1), b = dropout(0.5, 1), c = dropout(0.5, 2);
  const Array<double> first = a(x).value();
  CHECK(first == b(x).value());
  CHECK(first != c(x).value());
  CHECK(first != a(x).value());
}

TEST_CASE_TEMPLATE("elements are dropped or scaled by 1 / (1 - p), and the mean is kept", T, float, double) {
  const std::size_t n = 100'000;
  for (const double p : {0.0, 0.1, 0.5, 0.9}) {
    Generator generator(7);
    nn::Dropout<T> layer(p, generator);
    const Var<T> y = layer(Var<T>(ones<T>({n})));
    const auto& values = y.value();
    const auto dropped = static_cast<std::size_t>(std::count(values.begin(), values.end(), T(0)));
    const auto kept = static_cast<std::size_t>(std::count(values.begin(), values.end(), T(1.0 / (1.0 - p))));
    CHECK(dropped + kept == n);
    // a binomial number deviates by sqrt(n p (1 - p)), and five times that is exceeded once in a million seeds
    const double expected = (1.0 - p) * static_cast<double>(n);
    CHECK(std::abs(static_cast<double>(kept) - expected) <= 5.0 * std::sqrt(expected * p));
  }
}

TEST_CASE("the gradient is the cotangent times the mask over 1 - p") {
  Generator generator(3);
  const Var<double> x = parameter(generator.normal<double>({6, 5}), "x");
  const Array<double> g = generator.normal<double>({6, 5});
  nn::Dropout<double> layer = dropout(0.3, 4), same = dropout(0.3, 4);
  const Array<double> mask = same(Var<double>(ones<double>({6, 5}))).value();  // 0 or 1 / (1 - p)
  Tape<double> tape;
  tape.backward(sum(layer(x) * Var<double>(g)));
  for (std::size_t i = 0; i < mask.size(); ++i) CHECK(x.grad().data()[i] == g.data()[i] * mask.data()[i]);
}

TEST_CASE("a mask is replayed by putting its generator back") {
  nn::Dropout<double> layer = dropout(0.5, 8);
  Generator& own = *layer.named_generators()[0].value;
  const Generator start = own;
  Generator generator(9);
  const auto replayed = [&](const Var<double>& x) {
    own = start;
    return layer(x);
  };
  CHECK(
      gradcheck([&](const Var<double>& x, const Var<double>& y) { return replayed(x) + y; },
                {parameter(generator.normal<double>({4, 4}), "x"), parameter(generator.normal<double>({4, 4}), "y")}));
  const Var<double> x(ones<double>({20}));
  const Array<double> first = replayed(x).value();
  CHECK(layer(x).value() != first);
  CHECK(replayed(x).value() == first);
}

TEST_CASE("evaluation returns the input itself and draws nothing") {
  nn::Dropout<double> layer = dropout(0.5, 1);
  const Generator start = *layer.named_generators()[0].value;
  layer.eval();
  const Var<double> x(ones<double>({5}));
  CHECK(same(layer(x), x));
  CHECK(*layer.named_generators()[0].value == start);
}

TEST_CASE("layers that are made from one generator drop different elements, and take one number from it each") {
  Generator generator(1), counted(1);
  nn::Sequential<double> net{nn::Dropout<double>(0.5, generator), nn::Dropout<double>(0.5, generator)};
  counted.split();
  counted.split();
  CHECK(generator == counted);
  const Var<double> x(ones<double>({64}));
  CHECK(net[0](x).value() != net[1](x).value());
  CHECK(net.named_generators()[0].name == "0.generator");
  CHECK(net.named_generators()[1].name == "1.generator");
}

TEST_CASE("Dropout2d drops whole planes, each of a sample by itself") {
  Generator generator(6);
  nn::Dropout2d<double> layer(0.5, generator);
  const Array<double> y = layer(Var<double>(ones<double>({20, 10, 3, 3}))).value();
  std::size_t dropped = 0, samples_that_mix = 0;
  for (std::size_t n = 0; n < 20; ++n) {
    std::size_t of_sample = 0;
    for (std::size_t c = 0; c < 10; ++c) {
      const double* plane = y.data() + (n * 10 + c) * 9;
      const bool is_even = std::all_of(plane, plane + 9, [&](double element) { return element == plane[0]; });
      CHECK(is_even);
      of_sample += plane[0] == 0.0;
    }
    dropped += of_sample;
    samples_that_mix += of_sample > 0 && of_sample < 10;
  }
  CHECK(dropped > 60);  // of 200: 5.6 deviations below the mean
  CHECK(dropped < 140);
  CHECK(samples_that_mix >= 18);  // one in 512 does not
}

TEST_CASE("a share of dropped elements outside [0, 1) is refused, and takes nothing from the generator") {
  Generator generator(1);
  const Generator before = generator;
  for (const double p : {-0.1, 1.0, 2.0, std::nan("")}) {
    CHECK(contains(error_text([&] { nn::Dropout<float>(p, generator); }), "[Dropout] p is"));
  }
  CHECK(generator == before);
}
