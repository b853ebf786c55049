#include <autograd/kernel/product.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/tape/record.hpp>

namespace wengert {
namespace {

/// An operand as the product reads it, after transposing.
struct Operand {
  std::size_t rows;
  std::size_t columns;
  bool transposed;
  bool shared;  ///< by all products of the other operand's batch

  Operand(const Shape& shape, bool is_transposed)
      : rows(shape[shape.size() - 2]),
        columns(shape[shape.size() - 1]),
        transposed(is_transposed),
        shared(shape.size() == 2) {
    if (transposed) std::swap(rows, columns);
  }

  template <class T>
  kernel::Factors<T> factors(const T* data) const {
    const kernel::Matrix<const T> matrix{data, transposed ? 1 : columns, transposed ? rows : 1};
    return {matrix, shared ? 0 : rows * columns};
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
  const Operand left(a.shape(), options.transpose_a);
  const Operand right(b.shape(), options.transpose_b);
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
  return batch_a.empty() ? batch_b : batch_a;
}

template <class T>
Array<T> product(const Var<T>& a, const Var<T>& b, MatmulOptions options) {
  Shape shape = check(a, b, options);
  const std::size_t count = element_count(shape);
  const Operand left(a.shape(), options.transpose_a);
  const Operand right(b.shape(), options.transpose_b);
  shape.push_back(left.rows);
  shape.push_back(right.columns);
  Array<T> c = empty<T>(shape);
  kernel::multiply({count, left.rows, left.columns, right.columns}, left.factors(a.value().data()),
                   right.factors(b.value().data()), c.data());
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
