#include <autograd/explain/precision/products.hpp>
#include <autograd/explain/told.hpp>

namespace wengert::explain {
namespace {

/// visit(place in x, tap, place in y) for every tap of every window that lies in the plane.
template <class Visit>
void for_each_tap(const kernel::Windows& rows, const kernel::Windows& columns, const Visit& visit) {
  for (std::size_t i = 0; i < rows.output; ++i)
    for (std::size_t j = 0; j < columns.output; ++j)
      for (std::size_t u = 0; u < rows.taps; ++u)
        for (std::size_t v = 0; v < columns.taps; ++v) {
          const std::ptrdiff_t row = rows.place(i, u), column = columns.place(j, v);
          if (!rows.inside(row) || !columns.inside(column)) continue;
          visit(static_cast<std::size_t>(row) * columns.input + static_cast<std::size_t>(column), u * columns.taps + v,
                i * columns.output + j);
        }
}

/// visit(index in x, index in w, index in y) for every product of a convolution.
template <class Visit>
void for_each_product(const kernel::Convolution& c, const Visit& visit) {
  const std::size_t taps = c.rows.taps * c.columns.taps;
  for (std::size_t n = 0; n < c.samples; ++n)
    for (std::size_t out = 0; out < c.out_channels; ++out)
      for (std::size_t in = 0; in < c.group_in(); ++in) {
        const std::size_t channel = out / c.group_out() * c.group_in() + in;
        const std::size_t x = (n * c.in_channels + channel) * c.input_plane();
        const std::size_t w = (out * c.group_in() + in) * taps, y = (n * c.out_channels + out) * c.output_plane();
        for_each_tap(c.rows, c.columns,
                     [&](std::size_t p, std::size_t tap, std::size_t q) { visit(x + p, w + tap, y + q); });
      }
}

Shape output_shape(const kernel::Convolution& c) {
  return {c.samples, c.out_channels, c.rows.output, c.columns.output};
}

/// Every element is the bias of its channel, or 0.
template <class N>
Array<N> biased(const kernel::Convolution& c, const Operands<N>& x) {
  Array<N> y = zeros<N>(output_shape(c));
  if (x.size() < 3) return y;
  for (std::size_t k = 0; k < y.size(); ++k) y.data()[k] = x[2].data()[k / c.output_plane() % c.out_channels];
  return y;
}

}  // namespace

template <class N>
Array<N> matrix_product(const Array<N>& a, const Array<N>& b) {
  const Shape of_a = a.shape(), of_b = b.shape();
  const std::size_t rows = of_a[of_a.size() - 2], inner = of_a.back(), columns = of_b.back();
  Shape shape = of_a.size() > of_b.size() ? of_a : of_b;
  shape[shape.size() - 2] = rows;
  shape[shape.size() - 1] = columns;
  Array<N> y = zeros<N>(shape);
  for (std::size_t k = 0; k < y.size(); ++k) {
    const std::size_t matrix = k / columns / rows, row = k / columns % rows, column = k % columns;
    const N* from_a = a.data() + ((of_a.size() > 2 ? matrix * rows : 0) + row) * inner;
    const N* from_b = b.data() + (of_b.size() > 2 ? matrix * inner * columns : 0) + column;
    for (std::size_t l = 0; l < inner; ++l) y.data()[k] += from_a[l] * from_b[l * columns];
  }
  return y;
}

template <class N>
Array<N> convolved(const Symbol& call, const Operands<N>& operands) {
  const N *first = operands[0].data(), *second = operands[1].data();
  if (call.name() == "conv2d") {
    const kernel::Convolution c = extents_of(call, operands[0].shape(), operands[1].shape());
    Array<N> y = biased(c, operands);
    for_each_product(c, [&](std::size_t x, std::size_t w, std::size_t to) { y.data()[to] += first[x] * second[w]; });
    return y;
  }
  const Shape& shape = told<Shape>(call, "shape");
  Array<N> sums = zeros<N>(shape);
  if (call.name() == "conv2d_input_gradient") {  // of g and w
    for_each_product(extents_of(call, shape, operands[1].shape()),
                     [&](std::size_t x, std::size_t w, std::size_t y) { sums.data()[x] += first[y] * second[w]; });
  } else {  // of x and g
    for_each_product(extents_of(call, operands[0].shape(), shape),
                     [&](std::size_t x, std::size_t w, std::size_t y) { sums.data()[w] += first[x] * second[y]; });
  }
  return sums;
}

template Array<float> matrix_product(const Array<float>&, const Array<float>&);
template Array<double> matrix_product(const Array<double>&, const Array<double>&);
template Array<long double> matrix_product(const Array<long double>&, const Array<long double>&);
template Array<float> convolved(const Symbol&, const Operands<float>&);
template Array<double> convolved(const Symbol&, const Operands<double>&);
template Array<long double> convolved(const Symbol&, const Operands<long double>&);

}  // namespace wengert::explain
