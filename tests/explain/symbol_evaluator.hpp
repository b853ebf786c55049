#pragma once

#include <autograd/arrays/array.hpp>
#include <autograd/arrays/shape.hpp>
#include <autograd/base/error.hpp>
#include <autograd/numbers/symbol.hpp>

#include <cmath>
#include <map>
#include <string>

// Computes what a printed formula says, on plain arrays and with code of its own: nothing here is differentiated.

namespace wengert::explain_tests {

using Values = std::map<std::string, Array<double>>;

/// The element of an array that broadcasts to `space`, at the row-major position `k` of that space.
inline double broadcast_element(const Array<double>& a, const Shape& space, std::size_t k) {
  std::size_t offset = 0;
  std::size_t stride = 1;
  for (std::size_t axis = space.size(); axis-- > 0;) {
    const std::size_t index = k % space[axis];
    k /= space[axis];
    const std::size_t missing = space.size() - a.dimension();
    if (axis < missing) continue;
    const std::size_t extent = a.shape()[axis - missing];
    offset += extent == 1 ? 0 : index * stride;
    stride *= extent;
  }
  return a.data()[offset];
}

/// f(a...) element by element, with NumPy's broadcasting.
template <class F>
Array<double> elementwise_values(const F& f, const std::vector<Array<double>>& x) {
  std::vector<Shape> shapes;
  for (const Array<double>& a : x) shapes.push_back(a.shape());
  std::vector<NamedShape> named;
  for (const Shape& shape : shapes) named.push_back({"operand", &shape});
  const Shape space = broadcast_shapes("evaluate", named);
  Array<double> result = empty<double>(space);
  for (std::size_t k = 0; k < result.size(); ++k) {
    std::vector<double> elements;
    for (const Array<double>& a : x) elements.push_back(broadcast_element(a, space, k));
    result.data()[k] = f(elements);
  }
  return result;
}

/// The sum over axes, which are kept at extent one or dropped.
inline Array<double> summed(const Array<double>& x, const Symbol& call) {
  const Shape shape = x.shape();
  const auto axes = normalise_axes("evaluate", *find_attribute<Axes>(call.attributes(), "axes"), shape.size());
  const bool keep = *find_attribute<bool>(call.attributes(), "keep_dims");
  const Shape kept = reduced_shape(shape, axes, keep_dims);
  Array<double> result = zeros<double>(kept);
  for (std::size_t k = 0; k < x.size(); ++k) {
    std::size_t rest = k;
    std::size_t offset = 0;
    std::size_t stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      if (kept[axis] != 1) offset += rest % shape[axis] * stride;
      stride *= kept[axis];
      rest /= shape[axis];
    }
    result.data()[offset] += x.data()[k];
  }
  if (!keep) result.reshape(reduced_shape(shape, axes, Dims::drop));
  return result;
}

inline Array<double> reshaped(const Array<double>& x, const Shape& shape) {
  Array<double> result = empty<double>(shape);
  require(result.size() == x.size(), "evaluate", "{} elements do not fit into {}", x.size(), shape);
  std::copy_n(x.data(), x.size(), result.data());
  return result;
}

inline Array<double> transposed(const Array<double>& x) {
  Array<double> result = empty<double>({x.shape()[1], x.shape()[0]});
  for (std::size_t i = 0; i < x.shape()[0]; ++i) {
    for (std::size_t j = 0; j < x.shape()[1]; ++j) result(j, i) = x(i, j);
  }
  return result;
}

inline Array<double> matrix_product(const Array<double>& a, const Array<double>& b) {
  Array<double> result = zeros<double>({a.shape()[0], b.shape()[1]});
  for (std::size_t i = 0; i < a.shape()[0]; ++i) {
    for (std::size_t j = 0; j < b.shape()[1]; ++j) {
      for (std::size_t k = 0; k < b.shape()[0]; ++k) result(i, j) += a(i, k) * b(k, j);
    }
  }
  return result;
}

/// The value of an elementwise function of one or two numbers.
inline double function_value(const std::string& name, const std::vector<double>& x) {
  static const std::map<std::string, double (*)(double)> unary{
      {"exp", [](double a) { return std::exp(a); }},
      {"log", [](double a) { return std::log(a); }},
      {"log1p", [](double a) { return std::log1p(a); }},
      {"expm1", [](double a) { return std::expm1(a); }},
      {"sqrt", [](double a) { return std::sqrt(a); }},
      {"rsqrt", [](double a) { return 1.0 / std::sqrt(a); }},
      {"abs", [](double a) { return std::abs(a); }},
      {"sign", [](double a) { return a > 0 ? 1.0 : a < 0 ? -1.0 : 0.0; }},
      {"tanh", [](double a) { return std::tanh(a); }},
      {"sigmoid", [](double a) { return 1.0 / (1.0 + std::exp(-a)); }},
      {"erf", [](double a) { return std::erf(a); }},
      {"sin", [](double a) { return std::sin(a); }},
      {"cos", [](double a) { return std::cos(a); }},
  };
  const auto found = unary.find(name);
  if (found != unary.end()) return found->second(x[0]);
  require(name == "pow", "evaluate", "the evaluator does not know the function {}", name);
  return std::pow(x[0], x[1]);
}

inline bool compares(const std::string& sign, double a, double b) {
  if (sign == "<") return a < b;
  if (sign == "≤") return a <= b;
  if (sign == ">") return a > b;
  if (sign == "≥") return a >= b;
  return a == b;
}

inline Array<double> evaluate_call(const Symbol& call, const std::vector<Array<double>>& x) {
  const std::string& name = call.name();
  if (name == "sum") return summed(x[0], call);
  if (name == "reshape") return reshaped(x[0], *find_attribute<Shape>(call.attributes(), "shape"));
  if (name == "transpose") return transposed(x[0]);
  if (name == "matmul") return matrix_product(x[0], x[1]);
  if (name == "where") {
    return elementwise_values([](const auto& e) { return e[0] != 0.0 ? e[1] : e[2]; }, x);
  }
  return elementwise_values([&](const std::vector<double>& e) { return function_value(name, e); }, x);
}

/// The value of a formula, given those of its names.
inline Array<double> evaluate(const Symbol& symbol, const Values& values) {
  using Kind = Symbol::Kind;
  std::vector<Array<double>> x;
  for (const Symbol& operand : symbol.operands()) x.push_back(evaluate(operand, values));
  switch (symbol.kind()) {
    case Kind::number:
      return scalar(symbol.value());
    case Kind::name:
      require(values.contains(symbol.name()), "evaluate", "the formula uses {}, which has no value", symbol.name());
      return values.at(symbol.name());
    case Kind::negate:
      return elementwise_values([](const auto& e) { return -e[0]; }, x);
    case Kind::add:
      return elementwise_values([](const auto& e) { return e[0] + e[1]; }, x);
    case Kind::subtract:
      return elementwise_values([](const auto& e) { return e[0] - e[1]; }, x);
    case Kind::multiply:
      return elementwise_values([](const auto& e) { return e[0] * e[1]; }, x);
    case Kind::divide:
      return elementwise_values([](const auto& e) { return e[0] / e[1]; }, x);
    case Kind::compare:
      return elementwise_values([&](const auto& e) { return compares(symbol.name(), e[0], e[1]) ? 1.0 : 0.0; }, x);
    case Kind::call:
      break;
  }
  return evaluate_call(symbol, x);
}

}  // namespace wengert::explain_tests
