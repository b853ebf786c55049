#include <doctest/doctest.h>
#include <autograd/autograd.hpp>

#include <xtensor-blas/xlinalg.hpp>

#include <cmath>
#include <limits>

using namespace wengert;

TEST_CASE_TEMPLATE("a matrix product is the one that xtensor-blas computes", T, float, double) {
  Generator generator(1);
  for (int round = 0; round < 40; ++round) {
    const std::size_t rows = 1 + generator.below(90), depth = 1 + generator.below(400),
                      columns = 1 + generator.below(90);
    const Array<T> a = generator.normal<T>({rows, depth}), b = generator.normal<T>({depth, columns});
    const Array<T> expected = xt::linalg::dot(a, b);
    const Array<T> c = matmul(Var<T>(a), Var<T>(b)).value();
    REQUIRE(c.shape() == expected.shape());
    const double tolerance = 8.0 * static_cast<double>(std::numeric_limits<T>::epsilon()) * static_cast<double>(depth);
    double largest = 0.0;
    for (std::size_t k = 0; k < c.size(); ++k)
      largest = std::max(largest, std::abs(static_cast<double>(c.flat(k)) - static_cast<double>(expected.flat(k))));
    CHECK_MESSAGE(largest <= tolerance, rows << " x " << depth << " x " << columns);
  }
}
