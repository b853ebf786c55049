// Short rows: lanes go across them, and what there is one of for every row is repeated along it.
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <autograd/arrays/random.hpp>
#include <autograd/kernel/sweep.hpp>

#include "../support/guarded.hpp"

namespace wengert {
namespace {

using kernel::Form;
using kernel::Input;
using kernel::Output;

/// x (n, k), one number for each row, and one for all of them.
template <class T>
struct Rows {
  std::size_t n, k;
  Array<T> x, column, one;

  Rows(Generator& generator, std::size_t rows, std::size_t row)
      : n(rows),
        k(row),
        x(generator.normal<T>({n, k})),
        column(generator.normal<T>({n, 1})),
        one(generator.normal<T>({})) {}

  T term(std::size_t i, std::size_t j) const { return x.data()[i * k + j] * column.data()[i] + one.data()[0]; }
};

const auto term = []<class L>(const std::array<L, 3>& a) { return std::array<L, 1>{a[0] * a[1] + a[2]}; };

/// A pass over the rows in arrays that end, or begin, at a page that must not be touched.
template <template <class> class Fold, class T>
std::vector<T> run(const Rows<T>& rows, const Shape& result, double divisor, GuardedEnd end) {
  const Shape space{rows.n, rows.k}, per_row{rows.n, 1}, scalar;
  const Guarded<T> x(rows.x, end), column(rows.column, end), one(rows.one, end), y(element_count(result), end);
  kernel::Sweep<Lane<T>, Fold<Lane<T>>, 3, 1> sweep(
      space, {Input<T>{x.data(), &space}, Input<T>{column.data(), &per_row}, Input<T>{one.data(), &scalar}},
      {Output<T>{.data = y.data(), .shape = &result, .add = false, .divisor = divisor}});
  sweep.template operator()<Form<1u, 0u>>(term);
  return {y.elements().begin(), y.elements().end()};
}

template <class T>
void check(const Rows<T>& rows, GuardedEnd end) {
  const double divisor = static_cast<double>(rows.k);
  const std::vector<T> means = run<kernel::CompensatedSum>(rows, {rows.n, 1}, divisor, end);
  const std::vector<T> largest = run<kernel::Largest>(rows, {rows.n, 1}, 1.0, end);
  const std::vector<T> terms = run<kernel::PlainSum>(rows, {rows.n, rows.k}, 1.0, end);
  for (std::size_t i = 0; i < rows.n; ++i) {
    long double total = 0, size = 0;
    T most = rows.term(i, 0);
    for (std::size_t j = 0; j < rows.k; ++j) {
      CHECK(terms[i * rows.k + j] == rows.term(i, j));
      total += static_cast<long double>(rows.term(i, j));
      size += std::abs(static_cast<long double>(rows.term(i, j)));
      most = std::max(most, rows.term(i, j));
    }
    CHECK(largest[i] == most);
    constexpr long double unit = std::numeric_limits<T>::epsilon();
    CHECK(std::abs(static_cast<long double>(means[i]) - total / static_cast<long double>(divisor)) <=
          unit * size / static_cast<long double>(divisor));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("short rows are folded and repeated within their arrays", T, float, double) {
  Generator generator(17);
  constexpr auto width = static_cast<std::size_t>(Lane<T>::width);
  for (const std::size_t k : {2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 15U, 16U, 17U, 31U, 63U}) {
    for (const std::size_t n : {std::size_t{1}, std::size_t{2}, width - 1, width, width + 1, 2 * width + 3, 4 * width,
                                std::size_t{301}, std::size_t{40000 / k}}) {
      CAPTURE(n);
      CAPTURE(k);
      const Rows<T> rows(generator, n, k);
      for (const GuardedEnd end : {GuardedEnd::front, GuardedEnd::back}) check(rows, end);
    }
  }
}

TEST_CASE_TEMPLATE("what is found in short rows follows the row alone, not its place", T, float, double) {
  Generator generator(19);
  const Rows<T> rows(generator, 200, 6);
  const std::vector<T> all = run<kernel::CompensatedSum>(rows, {200, 1}, 6.0, GuardedEnd::back);
  for (const std::size_t first : {std::size_t{1}, std::size_t{3}, std::size_t{150}}) {
    Rows<T> part(generator, 200 - first, 6);
    std::copy(rows.x.data() + first * 6, rows.x.data() + rows.x.size(), part.x.data());
    std::copy(rows.column.data() + first, rows.column.data() + 200, part.column.data());
    part.one = rows.one;
    const std::vector<T> some = run<kernel::CompensatedSum>(part, {part.n, 1}, 6.0, GuardedEnd::back);
    CHECK(std::equal(some.begin(), some.end(), all.begin() + static_cast<std::ptrdiff_t>(first)));
  }
}

}  // namespace wengert
