#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include "table.hpp"

namespace wengert::operations {
namespace {

/// One row for each choice of axes, with the axes dropped and kept, and one for the form without axes.
template <class F>
void add_reduction(Rows& rows, const char* operation, F f) {
  const std::vector<Axes> choices{{0}, {1}, {-1}, {0, 2}, {-3, 1}, {0, 1, 2}, {2, 0, -2}};
  for (const Axes& axes : choices) {
    for (const Dims dims : {Dims::drop, Dims::keep}) {
      rows.emplace_back(operation, to_string(axes) + (dims == keep_dims ? " kept" : ""),
                        std::vector<Input>{{{2, 3, 4}}}, [=](const auto& v) { return f(v[0], axes, dims); });
    }
  }
  rows.emplace_back(operation, "no axes", std::vector<Input>{{{3}}},
                    [=](const auto& v) { return f(v[0] * v[0], Axes{}, Dims::drop); });
}

template <class F>
void add_softmax(Rows& rows, const char* operation, F f) {
  for (const Axes& axes : {Axes{-1}, Axes{0}, Axes{1}, Axes{0, 2}, Axes{-1, -2, -3}}) {
    rows.emplace_back(operation, to_string(axes), std::vector<Input>{{{2, 3, 4}}},
                      [=](const auto& v) { return f(v[0], axes); });
  }
}

}  // namespace

Rows reduction_rows() {
  const std::vector<Input> matrix{{{3, 4}}};
  Rows rows{
      {"sum", "all", matrix, [](const auto& v) { return sum(v[0]); }},
      {"mean", "all", matrix, [](const auto& v) { return mean(v[0]); }},
      {"variance", "all", matrix, [](const auto& v) { return variance(v[0]); }},
      {"max", "all", matrix, [](const auto& v) { return max(v[0]); }},
      {"min", "all", matrix, [](const auto& v) { return min(v[0]); }},
      {"logsumexp", "all", matrix, [](const auto& v) { return logsumexp(v[0]); }},
      {"sum", "of a scalar", {{{}}}, [](const auto& v) { return sum(v[0] * v[0]); }},
      {"mean", "of a scalar", {{{}}}, [](const auto& v) { return mean(v[0] * v[0]); }},
      {"logsumexp", "of a scalar", {{{}}}, [](const auto& v) { return logsumexp(v[0] * v[0]); }},
  };
  add_reduction(rows, "sum", [](const auto& x, const Axes& axes, Dims dims) { return sum(x, axes, dims); });
  add_reduction(rows, "mean", [](const auto& x, const Axes& axes, Dims dims) { return mean(x, axes, dims); });
  add_reduction(rows, "max", [](const auto& x, const Axes& axes, Dims dims) { return max(x, axes, dims); });
  add_reduction(rows, "min", [](const auto& x, const Axes& axes, Dims dims) { return min(x, axes, dims); });
  add_reduction(rows, "logsumexp", [](const auto& x, const Axes& axes, Dims dims) { return logsumexp(x, axes, dims); });
  // x is added because the variance of one element has no signal.
  add_reduction(rows, "variance", [](const auto& x, const Axes& axes, Dims dims) {
    return variance(x, axes, dims) + 0.1 * sum(x, axes, dims);
  });
  add_softmax(rows, "softmax", [](const auto& x, const Axes& axes) { return softmax(x, axes); });
  add_softmax(rows, "log_softmax", [](const auto& x, const Axes& axes) { return log_softmax(x, axes); });
  return rows;
}

TEST_CASE("every reduction has the right gradients over any axes") { check(reduction_rows()); }

}  // namespace wengert::operations
