#include <autograd/arrays/shape.hpp>
#include <autograd/explain/precision/elementwise.hpp>

#include <cmath>
#include <map>
#include <numbers>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;

template <class N>
N logistic(N x) {
  return 1 / (1 + std::exp(-x));
}
template <class N>
N density(N x) {
  return std::exp(-x * x / 2) * std::numbers::inv_sqrtpi_v<N> / std::numbers::sqrt2_v<N>;
}
template <class N>
N cumulative(N x) {
  return std::erfc(-x / std::numbers::sqrt2_v<N>) / 2;
}

/// A function of one, two or three numbers, which stand behind one another.
template <class N>
using Function = N (*)(const N* x);
template <class N>
using Functions = std::map<std::string, Function<N>>;

template <class N>
Functions<N> all_functions() {
  return {
      {"-x", [](const N* x) { return -x[0]; }},
      {"+", [](const N* x) { return x[0] + x[1]; }},
      {"-", [](const N* x) { return x[0] - x[1]; }},
      {"*", [](const N* x) { return x[0] * x[1]; }},
      {"/", [](const N* x) { return x[0] / x[1]; }},
      {"<", [](const N* x) { return N(x[0] < x[1]); }},
      {"≤", [](const N* x) { return N(x[0] <= x[1]); }},
      {">", [](const N* x) { return N(x[0] > x[1]); }},
      {"≥", [](const N* x) { return N(x[0] >= x[1]); }},
      {"=", [](const N* x) { return N(x[0] == x[1]); }},
      {"∧", [](const N* x) { return N(x[0] != 0 && x[1] != 0); }},
      {"∨", [](const N* x) { return N(x[0] != 0 || x[1] != 0); }},
      {"not", [](const N* x) { return N(x[0] == 0); }},
      {"where", [](const N* x) { return x[0] != 0 ? x[1] : x[2]; }},
      {"gate", [](const N* x) { return x[0] == 0 ? N(0) : x[0] * x[1]; }},
      {"gate_both", [](const N* x) { return x[0] == 0 || x[1] == 0 ? N(0) : x[0] * x[1]; }},
      {"gated_quotient", [](const N* x) { return x[0] == 0 ? N(0) : x[0] / x[1]; }},
      {"exp", [](const N* x) { return std::exp(x[0]); }},
      {"log", [](const N* x) { return std::log(x[0]); }},
      {"log1p", [](const N* x) { return std::log1p(x[0]); }},
      {"expm1", [](const N* x) { return std::expm1(x[0]); }},
      {"sqrt", [](const N* x) { return std::sqrt(x[0]); }},
      {"rsqrt", [](const N* x) { return 1 / std::sqrt(x[0]); }},
      {"square", [](const N* x) { return x[0] * x[0]; }},
      {"abs", [](const N* x) { return std::abs(x[0]); }},
      {"sign", [](const N* x) { return x[0] > 0   ? N(1)
                                       : x[0] < 0 ? N(-1)
                                                  : x[0]; }},
      {"tanh", [](const N* x) { return std::tanh(x[0]); }},
      {"sigmoid", [](const N* x) { return logistic(x[0]); }},
      {"sigmoid_slope", [](const N* x) { return logistic(x[0]) * logistic(-x[0]); }},
      {"softplus", [](const N* x) { return std::max(x[0], N(0)) + std::log1p(std::exp(-std::abs(x[0]))); }},
      {"erf", [](const N* x) { return std::erf(x[0]); }},
      {"gaussian", [](const N* x) { return std::exp(-x[0] * x[0]); }},
      {"normal_density", [](const N* x) { return density(x[0]); }},
      {"normal_cdf", [](const N* x) { return cumulative(x[0]); }},
      {"sin", [](const N* x) { return std::sin(x[0]); }},
      {"cos", [](const N* x) { return std::cos(x[0]); }},
      {"relu", [](const N* x) { return x[0] <= 0 ? N(0) : x[0]; }},
      {"leaky_relu", [](const N* x) { return x[0] > 0 ? x[0] : N(0.01) * x[0]; }},
      {"elu", [](const N* x) { return x[0] > 0 ? x[0] : std::expm1(x[0]); }},
      {"silu", [](const N* x) { return x[0] * logistic(x[0]); }},
      {"silu_slope", [](const N* x) { return logistic(x[0]) * (1 + x[0] * logistic(-x[0])); }},
      {"gelu", [](const N* x) { return x[0] * cumulative(x[0]); }},
      {"gelu_slope", [](const N* x) { return cumulative(x[0]) + x[0] * density(x[0]); }},
      {"clip", [](const N* x) { return x[0] < 0   ? N(0)
                                       : x[0] > 1 ? N(1)
                                                  : x[0]; }},
      {"pow", [](const N* x) { return std::pow(x[0], x[1]); }},
      {"maximum", [](const N* x) { return x[0] > x[1] || std::isnan(x[0]) ? x[0] : x[1]; }},
      {"minimum", [](const N* x) { return x[0] < x[1] || std::isnan(x[0]) ? x[0] : x[1]; }},
  };
}

std::string name_of(const Symbol& part) {
  switch (part.kind()) {
    case Kind::negate:
      return "-x";
    case Kind::add:
      return "+";
    case Kind::subtract:
      return "-";
    case Kind::multiply:
      return "*";
    case Kind::divide:
      return "/";
    default:
      return part.name();
  }
}

template <class N>
const Functions<N>& functions() {
  static const Functions<N> all = all_functions<N>();
  return all;
}

/// Where element k of an array of shape `whole` is in one of shape `part`, which broadcasts to it.
std::size_t place(std::size_t k, const Shape& whole, const Shape& part) {
  std::size_t result = 0, step = 1;
  for (std::size_t back = 1; back <= part.size(); ++back) {
    const std::size_t extent = part[part.size() - back], all = whole[whole.size() - back];
    if (extent != 1) result += k % all * step;
    step *= extent;
    k /= all;
  }
  return result;
}

}  // namespace

template <class N>
bool is_elementwise(const Symbol& part) {
  return functions<N>().contains(name_of(part));
}

template <class N>
Array<N> elementwise_value(const Symbol& part, const Operands<N>& x) {
  const Function<N> f = functions<N>().at(name_of(part));
  std::vector<NamedShape> shapes;
  for (const Array<N>& operand : x) shapes.push_back({"", &operand.shape()});
  const Shape shape = broadcast_shapes("evaluate", shapes);
  Array<N> y = empty<N>(shape);
  std::vector<N> elements(x.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    for (std::size_t i = 0; i < x.size(); ++i) elements[i] = x[i].data()[place(k, shape, x[i].shape())];
    y.data()[k] = f(elements.data());
  }
  return y;
}

template bool is_elementwise<float>(const Symbol&);
template bool is_elementwise<double>(const Symbol&);
template bool is_elementwise<long double>(const Symbol&);
template Array<float> elementwise_value(const Symbol&, const Operands<float>&);
template Array<double> elementwise_value(const Symbol&, const Operands<double>&);
template Array<long double> elementwise_value(const Symbol&, const Operands<long double>&);

}  // namespace wengert::explain
