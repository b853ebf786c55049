#include <autograd/explain/precision/operations.hpp>
#include <autograd/explain/precision/places.hpp>
#include <autograd/explain/precision/products.hpp>
#include <autograd/explain/told.hpp>

#include <cmath>
#include <map>

namespace wengert::explain {
namespace {

template <class N>
N larger(N a, N b) {
  return std::isnan(b) || b > a ? b : a;
}
template <class N>
N smaller(N a, N b) {
  return std::isnan(b) || b < a ? b : a;
}

template <class N>
Array<N> sums(const Symbol& call, const Array<N>& x, Dims dims) {
  return folded(groups_of(call, x.shape(), dims), x, N(0), [](N a, N b) { return a + b; });
}
template <class N>
Array<N> largest(const Symbol& call, const Array<N>& x, Dims dims) {
  return folded(groups_of(call, x.shape(), dims), x, -std::numeric_limits<N>::infinity(), larger<N>);
}
template <class N>
Array<N> smallest(const Symbol& call, const Array<N>& x, Dims dims) {
  return folded(groups_of(call, x.shape(), dims), x, std::numeric_limits<N>::infinity(), smaller<N>);
}
template <class N>
Array<N> sum_into(const Symbol& call, const Array<N>& x) {
  return folded(targets_of(call, x.shape()), x, N(0), [](N a, N b) { return a + b; });
}

template <class N>
Array<N> means(const Symbol& call, const Array<N>& x) {
  Array<N> y = sums(call, x, dims_of(call));
  const N count = static_cast<N>(x.size()) / static_cast<N>(y.size());
  for (N& total : y) total /= count;
  return y;
}

/// exp(x - the largest of its group), which is what softmax adds up.
template <class N>
Array<N> exp_below(const Symbol& call, const Array<N>& x) {
  const Array<N> most = largest(call, x, keep_dims);
  const Destinations groups = groups_of(call, x.shape(), keep_dims);
  Array<N> y = x;
  for (std::size_t k = 0; k < y.size(); ++k) y.data()[k] = std::exp(x.data()[k] - most.data()[groups.of[k]]);
  return y;
}

template <class N>
Array<N> logsumexp(const Symbol& call, const Array<N>& x, Dims dims) {
  const Array<N> most = largest(call, x, dims);
  Array<N> y = sums(call, exp_below(call, x), dims);
  for (std::size_t k = 0; k < y.size(); ++k) y.data()[k] = std::log(y.data()[k]) + most.data()[k];
  return y;
}

template <class N>
Array<N> softmax(const Symbol& call, const Array<N>& x) {
  Array<N> y = exp_below(call, x);
  const Array<N> total = sums(call, y, keep_dims);
  const Destinations groups = groups_of(call, x.shape(), keep_dims);
  for (std::size_t k = 0; k < y.size(); ++k) y.data()[k] /= total.data()[groups.of[k]];
  return y;
}

template <class N>
Array<N> log_softmax(const Symbol& call, const Array<N>& x) {
  const Array<N> total = logsumexp(call, x, keep_dims);
  const Destinations groups = groups_of(call, x.shape(), keep_dims);
  Array<N> y = x;
  for (std::size_t k = 0; k < y.size(); ++k) y.data()[k] -= total.data()[groups.of[k]];
  return y;
}

/// max_pool2d, avg_pool2d or avg_pool2d_gradient, by the loops of the library.
template <class N>
Array<N> pooled(const Symbol& call, const Array<N>& x) {
  const bool is_gradient = call.name() == "avg_pool2d_gradient";
  const Shape input = is_gradient ? told<Shape>(call, "shape") : x.shape();
  const kernel::Pooling pooling = wengert::pooling_of(call.name(), {"", &input}, size_of(call), sliding_of(call));
  const bool count_padding = pooling_of(call).count_padding;
  Array<N> y = empty<N>(is_gradient ? input : Shape{input[0], input[1], pooling.rows.output, pooling.columns.output});
  if (is_gradient) kernel::avg_pool_gradient(pooling, count_padding, x.data(), y.data());
  else if (call.name() == "avg_pool2d") kernel::avg_pool(pooling, count_padding, x.data(), y.data());
  else kernel::max_pool(pooling, x.data(), y.data(), std::vector<kernel::Place>(y.size()).data());
  return y;
}

template <class N>
using Body = Array<N> (*)(const Symbol& call, const Operands<N>& x);

template <class N>
std::map<std::string, Body<N>> all_bodies() {
  using C = Symbol;
  using X = Operands<N>;
  return {
      {"sum", [](const C& c, const X& x) { return sums(c, x[0], dims_of(c)); }},
      {"mean", [](const C& c, const X& x) { return means(c, x[0]); }},
      {"max", [](const C& c, const X& x) { return largest(c, x[0], dims_of(c)); }},
      {"min", [](const C& c, const X& x) { return smallest(c, x[0], dims_of(c)); }},
      {"logsumexp", [](const C& c, const X& x) { return logsumexp(c, x[0], dims_of(c)); }},
      {"softmax", [](const C& c, const X& x) { return softmax(c, x[0]); }},
      {"log_softmax", [](const C& c, const X& x) { return log_softmax(c, x[0]); }},
      {"scatter_add", [](const C& c, const X& x) { return sum_into(c, x[0]); }},
      {"put", [](const C& c, const X& x) { return sum_into(c, x[0]); }},
      {"fold", [](const C& c, const X& x) { return sum_into(c, x[0]); }},
      {"matmul", [](const C&, const X& x) { return matrix_product(x[0], x[1]); }},
      {"conv2d", convolved<N>},
      {"conv2d_input_gradient", convolved<N>},
      {"conv2d_weight_gradient", convolved<N>},
      {"max_pool2d", [](const C& c, const X& x) { return pooled(c, x[0]); }},
      {"avg_pool2d", [](const C& c, const X& x) { return pooled(c, x[0]); }},
      {"avg_pool2d_gradient", [](const C& c, const X& x) { return pooled(c, x[0]); }},
  };
}

}  // namespace

template <class N>
Array<N> value_of_operation(const Symbol& call, const Operands<N>& x) {
  if (is_movement(call.name())) return moved(call, x);
  static const std::map<std::string, Body<N>> bodies = all_bodies<N>();
  const auto body = bodies.find(call.name());
  require(body != bodies.end(), "evaluate", "the function '{}' is not one of the library's", call.name());
  return body->second(call, x);
}

template Array<float> value_of_operation(const Symbol&, const Operands<float>&);
template Array<double> value_of_operation(const Symbol&, const Operands<double>&);
template Array<long double> value_of_operation(const Symbol&, const Operands<long double>&);

}  // namespace wengert::explain
