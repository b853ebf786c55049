#include <autograd/array.hpp>  // first: it repairs older versions of xtensor

#include <autograd/operations/matmul.hpp>
#include <autograd/record.hpp>

#include <climits>
#include <cstdlib>
#include <xtensor-blas/xblas.hpp>

extern "C" {
[[gnu::weak]] void openblas_set_num_threads(int threads);
}

namespace wengert {
namespace {

/// OpenBLAS starts threads even for products so small that it gets slower: one thread, unless the environment says.
bool use_one_thread() {
  const bool chosen = std::getenv("OPENBLAS_NUM_THREADS") != nullptr || std::getenv("OMP_NUM_THREADS") != nullptr;
  if (!chosen && openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
  return true;
}

/// Rows and columns of an operand as the product reads it, after transposing.
struct Matrix {
  std::size_t rows;
  std::size_t columns;
  int leading;
  cxxblas::Transpose transpose;

  Matrix(const Shape& shape, bool transposed)
      : rows(shape[shape.size() - 2]),
        columns(shape[shape.size() - 1]),
        leading(static_cast<int>(std::max<std::size_t>(columns, 1))),
        transpose(transposed ? cxxblas::Trans : cxxblas::NoTrans) {
    if (transposed) std::swap(rows, columns);
  }
};

Shape leading_axes(const Shape& shape) { return Shape(shape.begin(), shape.end() - 2); }

template <class T>
std::string described(std::string_view fallback, const Var<T>& x, bool transposed) {
  return fmt::format("'{}' {}{}", x.name().empty() ? fallback : std::string_view(x.name()), x.shape(),
                     transposed ? " transposed" : "");
}

/// The leading axes of the product. Throws an Error unless the operands fit.
template <class T>
Shape check(const Var<T>& a, const Var<T>& b, MatmulOptions options) {
  const auto got = [&] {
    return described("a", a, options.transpose_a) + " and " + described("b", b, options.transpose_b);
  };
  if (a.rank() < 2 || b.rank() < 2) {
    fail("matmul", fmt::format("got {}; expected at least 2 axes each; reshape a vector to (1, K) or (K, 1)", got()));
  }
  const Matrix left(a.shape(), options.transpose_a);
  const Matrix right(b.shape(), options.transpose_b);
  if (left.columns != right.rows) {
    fail("matmul", fmt::format("got {}; expected (..., M, K) and (..., K, N), but K is {} on the left and {} on the "
                               "right; transpose an operand if it is stored the other way",
                               got(), left.columns, right.rows));
  }
  const Shape batch_a = leading_axes(a.shape());
  const Shape batch_b = leading_axes(b.shape());
  if (!batch_a.empty() && !batch_b.empty() && batch_a != batch_b) {
    fail("matmul", fmt::format("got {}; expected the same leading axes, or two axes on one side", got()));
  }
  for (std::size_t extent : {left.rows, left.columns, right.columns}) {
    require(extent <= INT_MAX, "matmul", "an extent of {} is more than BLAS can count", extent);
  }
  return batch_a.empty() ? batch_b : batch_a;
}

template <class T>
Array<T> product(const Var<T>& a, const Var<T>& b, MatmulOptions options) {
  [[maybe_unused]] static const bool ready = use_one_thread();
  Shape shape = check(a, b, options);
  const std::size_t batch = element_count(shape);
  const Matrix left(a.shape(), options.transpose_a);
  const Matrix right(b.shape(), options.transpose_b);
  shape.push_back(left.rows);
  shape.push_back(right.columns);
  if (left.columns == 0) return zeros<T>(shape);
  Array<T> c = empty<T>(shape);
  if (c.size() == 0) return c;
  const std::size_t step_a = a.rank() == 2 ? 0 : left.rows * left.columns;
  const std::size_t step_b = b.rank() == 2 ? 0 : right.rows * right.columns;
  for (std::size_t k = 0; k < batch; ++k) {
    cxxblas::gemm<int>(cxxblas::RowMajor, left.transpose, right.transpose, static_cast<int>(left.rows),
                       static_cast<int>(right.columns), static_cast<int>(left.columns), T(1),
                       a.value().data() + k * step_a, left.leading, b.value().data() + k * step_b, right.leading, T(0),
                       c.data() + k * left.rows * right.columns, static_cast<int>(right.columns));
  }
  return c;
}

Symbol matrix_symbol(const Symbol& x, bool transposed) { return transposed ? Symbol::call("transpose", {x}) : x; }

}  // namespace

template <class T>
Var<T> matmul(const Var<T>& a, const Var<T>& b, MatmulOptions options) {
  const bool ta = options.transpose_a;
  const bool tb = options.transpose_b;
  Label label("matmul");
  label.formula = [=](std::span<const Symbol> x) {
    return Symbol::call("matmul", {matrix_symbol(x[0], ta), matrix_symbol(x[1], tb)});
  };
  return record(std::move(label), product(a, b, options),  //
                wrt(a,
                    [=](const Var<T>& g) {
                      return ta ? matmul(b, g, {.transpose_a = tb, .transpose_b = true})
                                : matmul(g, b, {.transpose_a = false, .transpose_b = !tb});
                    }),
                wrt(b, [=](const Var<T>& g) {
                  return tb ? matmul(g, a, {.transpose_a = true, .transpose_b = ta})
                            : matmul(a, g, {.transpose_a = !ta, .transpose_b = false});
                }));
}

template Var<float> matmul(const Var<float>&, const Var<float>&, MatmulOptions);
template Var<double> matmul(const Var<double>&, const Var<double>&, MatmulOptions);

}  // namespace wengert
