#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/base/parallel.hpp>
#include <autograd/kernel/product.hpp>

#include <cmath>
#include <cstring>

#include "../support/guarded.hpp"

namespace wengert {
namespace {

using kernel::Matrix;
using kernel::Product;

/// How an operand lies in memory: its rows or its columns one after the other, with a gap between them.
struct Layout {
  bool by_columns = false;
  std::size_t gap = 0;

  template <class T>
  Matrix<T> matrix(T* data, std::size_t rows, std::size_t columns) const {
    return by_columns ? Matrix<T>{data, 1, rows + gap} : Matrix<T>{data, columns + gap, 1};
  }
  std::size_t size(std::size_t rows, std::size_t columns) const {
    return by_columns ? columns * (rows + gap) : rows * (columns + gap);
  }
};

const std::vector<Layout> layouts{{false, 0}, {true, 0}, {false, 3}, {true, 5}};

template <class T>
std::vector<T> normal(std::size_t count, std::size_t seed) {
  Generator generator(seed);
  const Array<T> numbers = generator.normal<T>({count});
  return {numbers.begin(), numbers.end()};
}

/// A dense matrix (rows, columns) in another layout, with NaN in the gaps.
template <class T>
std::vector<T> laid_out(const std::vector<T>& dense, std::size_t rows, std::size_t columns, const Layout& layout) {
  std::vector<T> result(layout.size(rows, columns), std::numeric_limits<T>::quiet_NaN());
  const Matrix<T> to = layout.matrix(result.data(), rows, columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) *to.from(i, j).data = dense[i * columns + j];
  return result;
}

/// One product of dense operands, which are brought into these layouts first.
template <class T>
std::vector<T> product(const Product& p, const std::vector<T>& a, const std::vector<T>& b, const Layout& of_a = {},
                       const Layout& of_b = {}) {
  const std::vector<T> x = laid_out(a, p.rows, p.depth, of_a), y = laid_out(b, p.depth, p.columns, of_b);
  std::vector<T> c(p.rows * p.columns, std::numeric_limits<T>::quiet_NaN());
  kernel::multiply<T>(p, {of_a.matrix(x.data(), p.rows, p.depth)}, {of_b.matrix(y.data(), p.depth, p.columns)},
                      c.data());
  return c;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// How many elements of c are further from c = start + a · b than `depth + 1` roundings allow.
template <class T>
std::size_t count_wrong(const Product& p, const std::vector<T>& a, const std::vector<T>& b, const std::vector<T>& start,
                        const std::vector<T>& c) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < p.rows; ++i)
    for (std::size_t j = 0; j < p.columns; ++j) {
      double sum = static_cast<double>(start[i * p.columns + j]), size = std::abs(sum);
      for (std::size_t k = 0; k < p.depth; ++k) {
        const double term = static_cast<double>(a[i * p.depth + k]) * static_cast<double>(b[k * p.columns + j]);
        sum += term;
        size += std::abs(term);
      }
      // The plain sum in doubles rounds as often, and without fused instructions every product rounds as well.
      const double unit = std::numeric_limits<T>::epsilon() * static_cast<double>(p.depth + 1);
      wrong += std::abs(static_cast<double>(c[i * p.columns + j]) - sum) <= unit * size ? 0 : 1;
    }
  return wrong;
}

template <class T>
void check(const Product& p) {
  CAPTURE(p.rows);
  CAPTURE(p.depth);
  CAPTURE(p.columns);
  const std::vector<T> a = normal<T>(p.rows * p.depth, 1), b = normal<T>(p.depth * p.columns, 2);
  const std::vector<T> start = normal<T>(p.rows * p.columns, 3), zero(start.size());
  const std::vector<T> expected = product(p, a, b);
  CHECK(count_wrong(p, a, b, zero, expected) == 0);
  for (const Layout& of_a : layouts)
    for (const Layout& of_b : layouts) {
      CHECK(same_bits(product(p, a, b, of_a, of_b), expected));
      const std::vector<T> x = laid_out(a, p.rows, p.depth, of_a), y = laid_out(b, p.depth, p.columns, of_b);
      std::vector<T> c = start;
      kernel::multiply<T>(p, {of_a.matrix(x.data(), p.rows, p.depth)}, {of_b.matrix(y.data(), p.depth, p.columns)},
                          c.data(), true);
      CHECK(count_wrong(p, a, b, start, c) == 0);
    }
}

/// Around the tiles, the lanes, the blocks of the depth, and what decides how an operand is read.
std::vector<Product> products() {
  std::vector<Product> list;
  const std::vector<std::size_t> edges{1, 2, 3, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 31, 33};
  for (const std::size_t rows : edges)
    for (const std::size_t columns : edges) list.push_back({1, rows, 1 + (rows + columns) % 5, columns});
  for (std::size_t extent = 1; extent <= 40; ++extent) {
    list.push_back({1, extent, 11, 19});
    list.push_back({1, 7, extent, 18});
    list.push_back({1, 8, 10, extent});
  }
  for (const std::size_t depth : {319U, 320U, 321U, 640U, 641U}) list.push_back({1, 13, depth, 35});
  for (const std::size_t rows : {47U, 48U, 49U, 64U, 65U, 511U, 513U}) list.push_back({1, rows, 21, 97});
  for (const std::size_t columns : {63U, 64U, 129U, 255U, 256U, 257U}) list.push_back({1, 67, 18, columns});
  return list;
}

/// Shapes that several threads share, by rows, by columns and both; and a network's.
const std::vector<Product> large{{1, 128, 784, 128},  {1, 784, 128, 129}, {1, 300, 301, 302}, {1, 33, 700, 1001},
                                 {1, 1027, 330, 515}, {1, 2, 3000, 3000}, {1, 10, 512, 1024}};

}  // namespace

TEST_CASE_TEMPLATE("a product is the sum that defines it, wherever the operands lie", T, float, double) {
  const std::vector<Product> list = products();
  REQUIRE(list.size() >= 350);
  for (const Product& p : list) check<T>(p);
}

TEST_CASE_TEMPLATE("large products are right, with the same bits at 1, 2, 4 and 8 threads", T, float, double) {
  for (const Product& p : large) {
    CAPTURE(p.rows);
    const std::vector<T> a = normal<T>(p.rows * p.depth, 4), b = normal<T>(p.depth * p.columns, 5);
    const std::vector<T> expected = product(p, a, b);
    CHECK(count_wrong(p, a, b, std::vector<T>(expected.size()), expected) == 0);
    for (const std::size_t count : {1U, 2U, 4U, 8U}) {
      CAPTURE(count);
      set_threads(count);
      for (const bool left : {false, true})
        for (const bool right : {false, true}) CHECK(same_bits(product(p, a, b, {left}, {right}), expected));
    }
    set_threads(1);
  }
}

// What a network says of a sample does not depend on the batch that it comes in.
TEST_CASE_TEMPLATE("the bits of an element depend on its row, its column and the depth alone", T, float, double) {
  for (const Product& p : {Product{1, 70, 700, 45}, Product{1, 45, 31, 120}, Product{1, 600, 330, 20}}) {
    const std::vector<T> a = normal<T>(p.rows * p.depth, 6), b = normal<T>(p.depth * p.columns, 7);
    const std::vector<T> c = product(p, a, b);
    for (const std::size_t rows : {1U, 5U, 32U}) {
      const std::vector<T> some(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(rows * p.depth));
      for (const bool by_columns : {false, true}) {
        const std::vector<T> of_some = product({1, rows, p.depth, p.columns}, some, b, {}, {by_columns});
        CHECK(std::memcmp(of_some.data(), c.data(), of_some.size() * sizeof(T)) == 0);
      }
    }
    for (std::size_t j = 0; j < p.columns; ++j) {
      std::vector<T> column(p.depth);
      for (std::size_t k = 0; k < p.depth; ++k) column[k] = b[k * p.columns + j];
      const std::vector<T> of_column = product({1, p.rows, p.depth, 1}, a, column);
      std::size_t different = 0;
      for (std::size_t i = 0; i < p.rows; ++i) different += of_column[i] == c[i * p.columns + j] ? 0 : 1;
      CHECK(different == 0);
    }
  }
}

TEST_CASE_TEMPLATE("a batch is one product after the other, and operands may be shared", T, float, double) {
  const Product p{3, 7, 40, 21};
  const std::size_t of_a = p.rows * p.depth, of_b = p.depth * p.columns, of_c = p.rows * p.columns;
  const std::vector<T> a = normal<T>(3 * of_a, 8), b = normal<T>(3 * of_b, 9);
  for (const std::size_t step_a : {std::size_t{0}, of_a})
    for (const std::size_t step_b : {std::size_t{0}, of_b})
      for (const bool by_columns : {false, true}) {
        const Layout layout{by_columns};
        const Matrix<const T> left = layout.matrix(a.data(), p.rows, p.depth), right{b.data(), p.columns, 1};
        std::vector<T> c(3 * of_c);
        kernel::multiply<T>(p, {left, step_a}, {right, step_b}, c.data());
        for (std::size_t n = 0; n < 3; ++n) {
          std::vector<T> one(of_c);
          kernel::multiply<T>({1, p.rows, p.depth, p.columns},
                              {{left.data + n * step_a, left.row_step, left.column_step}},
                              {{right.data + n * step_b, right.row_step, right.column_step}}, one.data());
          CHECK(std::memcmp(one.data(), c.data() + n * of_c, of_c * sizeof(T)) == 0);
        }
      }
}

TEST_CASE_TEMPLATE("products stay within their arrays", T, float, double) {
  for (const Product& p : products()) {
    const std::vector<T> a = normal<T>(p.rows * p.depth, 10), b = normal<T>(p.depth * p.columns, 11);
    const std::vector<T> expected = product(p, a, b);
    for (const GuardedEnd end : {GuardedEnd::front, GuardedEnd::back})
      for (const bool left : {false, true})
        for (const bool right : {false, true}) {
          const Layout of_a{left}, of_b{right};
          const Guarded<T> at_a(laid_out(a, p.rows, p.depth, of_a), end);
          const Guarded<T> at_b(laid_out(b, p.depth, p.columns, of_b), end), at_c(expected.size(), end);
          kernel::multiply<T>(p, {of_a.matrix<const T>(at_a.data(), p.rows, p.depth)},
                              {of_b.matrix<const T>(at_b.data(), p.depth, p.columns)}, at_c.data());
          CHECK(std::equal(expected.begin(), expected.end(), at_c.elements().begin()));
        }
  }
}

TEST_CASE_TEMPLATE("what is not a number, or infinite, goes where the sum that defines it takes it", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  for (const Product& p : {Product{1, 13, 9, 35}, Product{1, 50, 330, 20}, Product{1, 3, 17, 65}}) {
    const std::vector<T> a = normal<T>(p.rows * p.depth, 12), b = normal<T>(p.depth * p.columns, 13);
    const std::vector<T> finite = product(p, a, b);
    for (const T special : {nan, infinity})
      for (const bool left : {false, true})
        for (const bool right : {false, true}) {
          std::vector<T> x = a, y = b, zeros = b;
          x[2 * p.depth + 5] = special;
          y[4 * p.columns + 6] = special;
          std::fill(zeros.begin(), zeros.end(), T(0));
          const std::vector<T> of_row = product(p, x, b, {left}, {right}),
                               of_column = product(p, a, y, {left}, {right});
          const std::vector<T> of_zeros = product(p, x, zeros, {left}, {right});
          std::size_t wrong = 0;
          for (std::size_t i = 0; i < p.rows; ++i)
            for (std::size_t j = 0; j < p.columns; ++j) {
              const std::size_t k = i * p.columns + j;
              wrong += (i == 2 ? std::isfinite(of_row[k]) : of_row[k] != finite[k]) ? 1 : 0;
              wrong += (j == 6 ? std::isfinite(of_column[k]) : of_column[k] != finite[k]) ? 1 : 0;
              wrong += (i == 2 ? !std::isnan(of_zeros[k]) : of_zeros[k] != T(0)) ? 1 : 0;  // ∞ · 0 is not a number
            }
          CHECK(wrong == 0);
        }
  }
}

TEST_CASE_TEMPLATE("a sum of nothing is zero, or what was there", T, float, double) {
  const Matrix<const T> nothing{nullptr, 1, 1};
  std::vector<T> c{1, 2, 3, 4, 5, 6};
  kernel::multiply<T>({1, 2, 0, 3}, {nothing}, {nothing}, c.data(), true);
  CHECK(c == std::vector<T>{1, 2, 3, 4, 5, 6});
  kernel::multiply<T>({1, 2, 0, 3}, {nothing}, {nothing}, c.data());
  CHECK(c == std::vector<T>(6));
  for (const Product& p : {Product{0, 2, 2, 2}, Product{1, 0, 2, 2}, Product{1, 2, 2, 0}, Product{1, 0, 0, 0}})
    kernel::multiply<T>(p, {nothing}, {nothing}, nullptr);  // touches nothing
}

}  // namespace wengert
