#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/map.hpp>

namespace wengert {
namespace {

/// A comparison as a number, so that it can be stored in an array.
auto as_number(const auto& mask) { return where(mask, 1.0, 0.0); }

/// A number as a mask: it holds where the number is not 0.
template <class N>
auto as_mask(const N& x) {
  if constexpr (is_symbolic<N>) return numbers::value_of(x);
  else return !equal(x, 0.0);
}

struct Add {
  static constexpr std::array has_derivative_one{true, true};
  auto operator()(const auto& x, const auto& y) const { return x + y; }
};

struct Subtract {
  static constexpr std::array has_derivative_one{true, false};
  auto operator()(const auto& x, const auto& y) const { return x - y; }
};

}  // namespace

template <class T>
Var<T> negate(const Var<T>& a) {
  return map(
      "negate", [](const auto& x) { return -x; }, a);
}

template <class T>
Var<T> add(const Var<T>& a, const Var<T>& b) {
  return map("add", Add{}, a, b);
}

template <class T>
Var<T> subtract(const Var<T>& a, const Var<T>& b) {
  return map("subtract", Subtract{}, a, b);
}

template <class T>
Var<T> multiply(const Var<T>& a, const Var<T>& b) {
  return map(
      "multiply", [](const auto& x, const auto& y) { return x * y; }, a, b);
}

template <class T>
Var<T> divide(const Var<T>& a, const Var<T>& b) {
  return map(
      "divide", [](const auto& x, const auto& y) { return x / y; }, a, b);
}

template <class T>
Var<T> less(const Var<T>& a, const Var<T>& b) {
  return map(
      "less", [](const auto& x, const auto& y) { return as_number(x < y); }, a, b);
}

template <class T>
Var<T> less_equal(const Var<T>& a, const Var<T>& b) {
  return map(
      "less_equal", [](const auto& x, const auto& y) { return as_number(x <= y); }, a, b);
}

template <class T>
Var<T> greater(const Var<T>& a, const Var<T>& b) {
  return map(
      "greater", [](const auto& x, const auto& y) { return as_number(x > y); }, a, b);
}

template <class T>
Var<T> greater_equal(const Var<T>& a, const Var<T>& b) {
  return map(
      "greater_equal", [](const auto& x, const auto& y) { return as_number(x >= y); }, a, b);
}

template <class T>
Var<T> equal_to(const Var<T>& a, const Var<T>& b) {
  return map(
      "equal", [](const auto& x, const auto& y) { return as_number(equal(x, y)); }, a, b);
}

template <class T>
Var<T> logical_and(const Var<T>& a, const Var<T>& b) {
  return map(
      "logical_and", [](const auto& x, const auto& y) { return as_number(as_mask(x) && as_mask(y)); }, a, b);
}

template <class T>
Var<T> logical_or(const Var<T>& a, const Var<T>& b) {
  return map(
      "logical_or", [](const auto& x, const auto& y) { return as_number(as_mask(x) || as_mask(y)); }, a, b);
}

template <class T>
Var<T> logical_not(const Var<T>& a) {
  return map(
      "logical_not", [](const auto& x) { return as_number(!as_mask(x)); }, a);
}

template <class T>
Var<T> gate(const Var<T>& g, const Var<T>& x) {
  return map(
      "multiply", [](const auto& a, const auto& b) { return gate(a, b); }, g, x);
}

template <class T>
Var<T> gate_both(const Var<T>& a, const Var<T>& b) {
  return map(
      "multiply", [](const auto& x, const auto& y) { return gate_both(x, y); }, a, b);
}

template <class T>
Var<T> gated_quotient(const Var<T>& g, const Var<T>& x) {
  return map(
      "divide", [](const auto& a, const auto& b) { return gated_quotient(a, b); }, g, x);
}

template <class T>
Var<T> select(const Var<T>& mask, const Var<T>& a, const Var<T>& b) {
  const auto choice = [](const auto& m, const auto& x, const auto& y) { return where(equal(m, 0.0), y, x); };
  return map("where", choice, mask, a, b);
}

template Var<float> negate(const Var<float>&);
template Var<float> add(const Var<float>&, const Var<float>&);
template Var<float> subtract(const Var<float>&, const Var<float>&);
template Var<float> multiply(const Var<float>&, const Var<float>&);
template Var<float> divide(const Var<float>&, const Var<float>&);
template Var<float> less(const Var<float>&, const Var<float>&);
template Var<float> less_equal(const Var<float>&, const Var<float>&);
template Var<float> greater(const Var<float>&, const Var<float>&);
template Var<float> greater_equal(const Var<float>&, const Var<float>&);
template Var<float> equal_to(const Var<float>&, const Var<float>&);
template Var<float> logical_and(const Var<float>&, const Var<float>&);
template Var<float> logical_or(const Var<float>&, const Var<float>&);
template Var<float> logical_not(const Var<float>&);
template Var<float> gate(const Var<float>&, const Var<float>&);
template Var<float> gate_both(const Var<float>&, const Var<float>&);
template Var<float> gated_quotient(const Var<float>&, const Var<float>&);
template Var<float> select(const Var<float>&, const Var<float>&, const Var<float>&);
template Var<double> negate(const Var<double>&);
template Var<double> add(const Var<double>&, const Var<double>&);
template Var<double> subtract(const Var<double>&, const Var<double>&);
template Var<double> multiply(const Var<double>&, const Var<double>&);
template Var<double> divide(const Var<double>&, const Var<double>&);
template Var<double> less(const Var<double>&, const Var<double>&);
template Var<double> less_equal(const Var<double>&, const Var<double>&);
template Var<double> greater(const Var<double>&, const Var<double>&);
template Var<double> greater_equal(const Var<double>&, const Var<double>&);
template Var<double> equal_to(const Var<double>&, const Var<double>&);
template Var<double> logical_and(const Var<double>&, const Var<double>&);
template Var<double> logical_or(const Var<double>&, const Var<double>&);
template Var<double> logical_not(const Var<double>&);
template Var<double> gate(const Var<double>&, const Var<double>&);
template Var<double> gate_both(const Var<double>&, const Var<double>&);
template Var<double> gated_quotient(const Var<double>&, const Var<double>&);
template Var<double> select(const Var<double>&, const Var<double>&, const Var<double>&);

}  // namespace wengert
