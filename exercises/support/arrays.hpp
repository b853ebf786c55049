#pragma once

// What attempts are written with: arrays of doubles, and + - * / and functions of them as in NumPy. Each computes at
// once, and throws an Error that says the shapes if they do not broadcast. (xtensor's own operators would be lazy.)

#include <autograd/arrays/shape.hpp>

namespace exercises {

using wengert::Array;
using wengert::Axes;

/// The sum over the axes, and the mean, which keep these axes at extent one: sum_over((8, 3), {0}) is (1, 3).
Array<double> sum_over(const Array<double>& x, const Axes& axes);
Array<double> mean_over(const Array<double>& x, const Axes& axes);
/// The matrix product: (N, K) and (K, M) give (N, M).
Array<double> matmul(const Array<double>& a, const Array<double>& b);
/// Rows as columns: (N, M) gives (M, N).
Array<double> transposed(const Array<double>& x);
/// The array repeated along axes of extent one until it has that shape.
Array<double> repeated_to(const Array<double>& x, const wengert::Shape& shape);
/// Zeros in the shape of an array.
Array<double> zeros_like(const Array<double>& x);
/// The number of rows or columns, as a number to divide by.
double rows_of(const Array<double>& x);
double columns_of(const Array<double>& x);

/// An array, or a number.
struct Operand {
  Operand(const Array<double>& x) : value(x) {}
  Operand(double x) : value(wengert::scalar(x)) {}
  Array<double> value;
};

/// What the operators and functions below call.
namespace eager {
Array<double> add(const Operand& a, const Operand& b);
Array<double> subtract(const Operand& a, const Operand& b);
Array<double> multiply(const Operand& a, const Operand& b);
Array<double> divide(const Operand& a, const Operand& b);
Array<double> square(const Array<double>& x);
Array<double> sqrt(const Array<double>& x);
Array<double> exp(const Array<double>& x);
Array<double> log(const Array<double>& x);
Array<double> tanh(const Array<double>& x);
}  // namespace eager

template <class A>
concept AnArray = std::same_as<std::remove_cvref_t<A>, Array<double>>;
template <class A, class B>
concept Operands = (AnArray<A> && std::convertible_to<B, Operand>) || (AnArray<B> && std::convertible_to<A, Operand>);

// Templates, so that they are chosen before xtensor's, whose constraints are weaker.
template <class A, class B>
requires Operands<A, B> Array<double>
operator+(A&& a, B&& b) { return eager::add(a, b); }
template <class A, class B>
requires Operands<A, B> Array<double>
operator-(A&& a, B&& b) { return eager::subtract(a, b); }
template <class A, class B>
requires Operands<A, B> Array<double>
operator*(A&& a, B&& b) { return eager::multiply(a, b); }
template <class A, class B>
requires Operands<A, B> Array<double>
operator/(A&& a, B&& b) { return eager::divide(a, b); }
template <class A>
requires AnArray<A> Array<double>
operator-(A&& a) { return eager::multiply(a, -1.0); }
template <class A>
requires AnArray<A> Array<double> square(A&& a) { return eager::square(a); }
template <class A>
requires AnArray<A> Array<double> sqrt(A&& a) { return eager::sqrt(a); }
template <class A>
requires AnArray<A> Array<double> exp(A&& a) { return eager::exp(a); }
template <class A>
requires AnArray<A> Array<double> log(A&& a) { return eager::log(a); }
template <class A>
requires AnArray<A> Array<double> tanh(A&& a) { return eager::tanh(a); }

}  // namespace exercises
