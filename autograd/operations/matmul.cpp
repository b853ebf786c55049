#include <autograd/arrays/array.hpp>  // first: it repairs older versions of xtensor

#include <autograd/base/parallel.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/tape/record.hpp>

#include <climits>
#include <cstdlib>
#include <xtensor-blas/xblas.hpp>

extern "C" {
[[gnu::weak]] void openblas_set_num_threads(int threads);
}

namespace wengert {
namespace {

/// OpenBLAS starts threads even for products so small that it gets slower, and its results depend on their number: one
/// thread, unless the environment says otherwise. Large products are shared among threads below.
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

  /// Where an element is stored.
  std::size_t offset(std::size_t row, std::size_t column) const {
    const auto stride = static_cast<std::size_t>(leading);
    return transpose == cxxblas::Trans ? column * stride + row : row * stride + column;
  }
};

constexpr std::size_t least_products = std::size_t{1} << 22;  // below, a thread takes longer to wake up

/// The pieces of a product of (rows, K) and (K, columns) that threads share: ranges of its rows, or of its columns if
/// there are more of those. They depend on the extents alone, and so do the bits of the result.
class Pieces {
 public:
  Pieces(std::size_t rows, std::size_t inner, std::size_t columns)
      : of_rows(rows >= columns), extent_(std::max(rows, columns)) {
    const std::size_t wanted = std::min(rows * columns * inner / least_products, extent_ / least_extent);
    const std::size_t even = wanted < 2 ? extent_ : (extent_ + wanted - 1) / wanted;
    step_ = (even + multiple - 1) / multiple * multiple;
  }

  std::size_t count() const { return (extent_ + step_ - 1) / step_; }
  std::size_t begin(std::size_t piece) const { return piece * step_; }
  std::size_t size(std::size_t piece) const { return std::min(step_, extent_ - begin(piece)); }

  const bool of_rows;

 private:
  static constexpr std::size_t least_extent = 128;  // below, BLAS spends its time copying
  static constexpr std::size_t multiple = 32;       // of what BLAS computes at once

  std::size_t extent_;
  std::size_t step_;
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
  const std::size_t step_c = left.rows * right.columns;
  const Pieces pieces(left.rows, left.columns, right.columns);
  const auto multiply = [&](std::size_t index) {
    const std::size_t k = index / pieces.count(), piece = index % pieces.count();
    const std::size_t row = pieces.of_rows ? pieces.begin(piece) : 0;
    const std::size_t column = pieces.of_rows ? 0 : pieces.begin(piece);
    const std::size_t rows = pieces.of_rows ? pieces.size(piece) : left.rows;
    const std::size_t columns = pieces.of_rows ? right.columns : pieces.size(piece);
    cxxblas::gemm<int>(cxxblas::RowMajor, left.transpose, right.transpose, static_cast<int>(rows),
                       static_cast<int>(columns), static_cast<int>(left.columns), T(1),
                       a.value().data() + k * step_a + left.offset(row, 0), left.leading,
                       b.value().data() + k * step_b + right.offset(0, column), right.leading, T(0),
                       c.data() + k * step_c + row * right.columns + column, static_cast<int>(right.columns));
  };
  const std::size_t count = batch * pieces.count();
  if (c.size() * left.columns >= least_products) parallel_for(count, multiply);
  else
    for (std::size_t index = 0; index < count; ++index) multiply(index);
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
