#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>
#include <autograd/operations/map.hpp>
#include <autograd/operations/reduce.hpp>

#include "sweep_case.hpp"

using namespace wengert;
using sweep_case::position;

namespace {

const auto formula = [](auto a, auto b, auto c, auto d, auto e) { return (a * b - c) / (d * d + 2.0) + e * a; };

template <class T>
T on_scalars(T a, T b, T c, T d, T e) {
  return (a * b - c) / (d * d + T(2)) + e * a;
}

/// The partial derivatives of the formula by hand.
std::array<double, 5> partials(double a, double b, double c, double d, double e) {
  const double below = d * d + 2;
  return {b / below + e, a / below, -1 / below, -2 * d * (a * b - c) / (below * below), a};
}

}  // namespace

TEST_CASE_TEMPLATE("map of five operands is the formula at every element, exactly", T, float, double) {
  Generator generator(1);
  for (int k = 0; k < 200; ++k) {
    const Shape space = sweep_case::random_space(generator);
    std::vector<Var<T>> x{Var<T>(generator.normal<T>(space))};
    for (int i = 1; i < 5; ++i) x.push_back(Var<T>(generator.normal<T>(sweep_case::random_part(generator, space))));
    const Var<T> y = map(formula, x[0], x[1], x[2], x[3], x[4]);
    CAPTURE(to_string(space));
    REQUIRE(y.shape() == space);
    std::size_t wrong = 0, element = 0;
    for_each_index(space, [&](const Shape& index) {
      const auto at = [&](std::size_t i) { return x[i].value().data()[position(x[i].shape(), index)]; };
      wrong += y.value().data()[element++] != on_scalars<T>(at(0), at(1), at(2), at(3), at(4));
    });
    CHECK(wrong == 0);
  }
}

// A sum over broadcast axes has at most 130 roundings relative to its summands, each of which has a few.
TEST_CASE("the pullback of a map of five operands is that by hand, summed over the broadcast axes") {
  Generator generator(2);
  for (int k = 0; k < 200; ++k) {
    const Shape space = sweep_case::random_space(generator);
    std::vector<Var<double>> x{parameter(generator.normal<double>(space))};
    for (int i = 1; i < 5; ++i) {
      x.push_back(parameter(generator.normal<double>(sweep_case::random_part(generator, space))));
    }
    const Array<double> g = generator.normal<double>(space);
    Tape<double> tape;
    const Var<double> y = map(formula, x[0], x[1], x[2], x[3], x[4]);
    CHECK(tape.size() == 6);
    const auto d = tape.pullback(y, g, x);
    std::array<std::vector<double>, 5> expected, magnitude;
    for (std::size_t i = 0; i < 5; ++i) {
      expected[i].resize(x[i].size());
      magnitude[i].resize(x[i].size());
    }
    std::size_t element = 0;
    for_each_index(space, [&](const Shape& index) {
      const auto at = [&](std::size_t i) { return x[i].value().data()[position(x[i].shape(), index)]; };
      const double a = at(0), b = at(1), c = at(2), below = at(3) * at(3) + 2;
      const std::array<double, 5> slopes = partials(a, b, c, at(3), at(4));
      const double size = (std::abs(a) + 1) * (std::abs(b) + 1) + std::abs(c) + std::abs(at(4)) + 1 / below;
      for (std::size_t i = 0; i < 5; ++i) {
        expected[i][position(x[i].shape(), index)] += g.data()[element] * slopes[i];
        magnitude[i][position(x[i].shape(), index)] += std::abs(g.data()[element]) * size;
      }
      ++element;
    });
    CAPTURE(to_string(space));
    for (std::size_t i = 0; i < 5; ++i) {
      CAPTURE(i);
      std::size_t wrong = 0;
      const double roundings = static_cast<double>(10 + element_count(space));  // the loop above sums one by one
      for (std::size_t j = 0; j < expected[i].size(); ++j) {
        wrong += !(std::abs(d[i].data()[j] - expected[i][j]) <= roundings * 0x1p-53 * magnitude[i][j]);
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("a fused reduction is the reduction of the map") {
  Generator generator(3);
  for (int k = 0; k < 100; ++k) {
    const std::size_t N = 1 + generator.below(20), C = 1 + generator.below(20), L = 1 + generator.below(20);
    const auto x = parameter(generator.normal<double>({N, C, L})), w = parameter(generator.normal<double>({C, 1}));
    const auto product = [](auto a, auto b) { return a * a * b; };
    for (const Axes& axes : {Axes{}, Axes{0}, Axes{-1}, Axes{0, 2}, Axes{0, 1, 2}}) {
      Tape<double> tape;
      const Var<double> fused = mean(axes, keep_dims, product, x, w);
      const Var<double> mapped = mean(
          axes, keep_dims, [](auto a) { return a; }, map(product, x, w));
      REQUIRE(fused.shape() == mapped.shape());
      CHECK(std::equal(fused.value().data(), fused.value().data() + fused.size(), mapped.value().data()));
      const Array<double> g = generator.normal<double>(fused.shape());
      const auto a = tape.pullback(fused, g, {x, w}), b = tape.pullback(mapped, g, {x, w});
      for (std::size_t i = 0; i < 2; ++i) {
        double scale = 0;
        for (double element : std::span(b[i].data(), b[i].size())) scale = std::max(scale, std::abs(element));
        for (std::size_t j = 0; j < a[i].size(); ++j) {
          CHECK(std::abs(a[i].data()[j] - b[i].data()[j]) <= 1e-14 * scale);
        }
      }
    }
  }
}
