#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "table.hpp"

namespace wengert::operations {
namespace {

Shape matrix(Shape leading, std::size_t rows, std::size_t columns, bool transposed) {
  leading.push_back(transposed ? columns : rows);
  leading.push_back(transposed ? rows : columns);
  return leading;
}

}  // namespace

Rows matmul_rows() {
  const std::vector<std::pair<Shape, Shape>> batches{{{}, {}}, {{2}, {2}}, {{2}, {}}, {{}, {2}}, {{2, 1}, {2, 1}}};
  Rows rows;
  for (const auto& [a, b] : batches) {
    for (const bool ta : {false, true}) {
      for (const bool tb : {false, true}) {
        const std::vector<Input> inputs{{matrix(a, 2, 3, ta)}, {matrix(b, 3, 4, tb)}};
        const std::string shapes = to_string(inputs[0].shape) + " and " + to_string(inputs[1].shape);
        rows.emplace_back("matmul", shapes + (ta ? ", a transposed" : "") + (tb ? ", b transposed" : ""), inputs,
                          [=](const auto& v) { return matmul(v[0], v[1], {.transpose_a = ta, .transpose_b = tb}); });
      }
    }
  }
  rows.emplace_back("matmul", "x with x transposed", std::vector<Input>{{{2, 3}}},
                    [](const auto& v) { return matmul(v[0], v[0], {.transpose_b = true}); });
  return rows;
}

TEST_CASE("matmul has the right gradients, transposed and batched") { check(matmul_rows()); }

TEST_CASE("matmul gives the same bits on any number of threads") {
  Generator generator(6);
  for (const auto& [m, k, n] : {std::array<std::size_t, 3>{512, 784, 128}, {128, 512, 784}, {301, 501, 403}}) {
    for (const bool ta : {false, true}) {
      for (const bool tb : {false, true}) {
        const Var<float> a(generator.normal<float>(matrix({2}, m, k, ta)));
        const Var<float> b(generator.normal<float>(matrix({}, k, n, tb)));
        const MatmulOptions options{.transpose_a = ta, .transpose_b = tb};
        set_threads(1);
        const Array<float> expected = matmul(a, b, options).value();
        for (const std::size_t count : {std::size_t{2}, std::size_t{3}}) {
          set_threads(count);
          CAPTURE(to_string(a.shape()));
          CHECK(matmul(a, b, options).value() == expected);
        }
      }
    }
  }
  set_threads(1);
}

TEST_CASE("a product that is large enough to be shared equals the sum that defines it") {
  Generator generator(7);
  const auto small_integers = [&](const Shape& shape) {  // their sums of products are exact in any order
    Array<float> array = empty<float>(shape);
    for (float& x : array) x = static_cast<float>(generator.below(17)) - 8.0f;
    return array;
  };
  for (const auto& [m, k, n] : {std::array<std::size_t, 3>{420, 128, 200}, {200, 128, 420}}) {
    for (const bool ta : {false, true}) {
      for (const bool tb : {false, true}) {
        const Array<float> a = small_integers(matrix({2}, m, k, ta)), b = small_integers(matrix({2}, k, n, tb));
        const Array<float> c = matmul(Var(a), Var(b), {.transpose_a = ta, .transpose_b = tb}).value();
        std::size_t wrong = 0;
        for (std::size_t batch = 0; batch < 2; ++batch) {
          const float *x = a.data() + batch * m * k, *y = b.data() + batch * k * n, *z = c.data() + batch * m * n;
          for (std::size_t i = 0; i < m; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
              float total = 0.0f;
              for (std::size_t l = 0; l < k; ++l) {
                total += x[ta ? l * m + i : i * k + l] * y[tb ? j * k + l : l * n + j];
              }
              wrong += z[i * n + j] == total ? 0 : 1;
            }
          }
        }
        CAPTURE(to_string(c.shape()));
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("matmul equals the sum that defines it for every choice of transposes") {
  Generator generator(5);
  for (const bool ta : {false, true}) {
    for (const bool tb : {false, true}) {
      const Array<double> a = generator.normal<double>(matrix({2}, 3, 4, ta));
      const Array<double> b = generator.normal<double>(matrix({2}, 4, 5, tb));
      const Array<double> c = matmul(Var(a), Var(b), {.transpose_a = ta, .transpose_b = tb}).value();
      REQUIRE(c.shape() == Shape{2, 3, 5});
      for (std::size_t n = 0; n < 2; ++n) {
        for (std::size_t i = 0; i < 3; ++i) {
          for (std::size_t j = 0; j < 5; ++j) {
            double total = 0;
            double magnitude = 0;
            for (std::size_t k = 0; k < 4; ++k) {
              const double term = (ta ? a(n, k, i) : a(n, i, k)) * (tb ? b(n, j, k) : b(n, k, j));
              total += term;
              magnitude += std::abs(term);
            }
            CHECK(std::abs(c(n, i, j) - total) <= 8 * 0x1p-53 * magnitude);  // four products and three sums each way
          }
        }
      }
    }
  }
}

}  // namespace wengert::operations
