#pragma once

#include <autograd/tape/var.hpp>

namespace wengert {

// Arithmetic on variables: eager, one operation and one entry on the tape each; shapes broadcast as in NumPy. A double
// on either side is a constant. Comparisons give 1 where they hold and 0 elsewhere, and have no gradient. Each throws
// an Error that names both operands if their shapes do not broadcast.

template <class T>
Var<T> operator-(const Var<T>& a);

template <class T>
Var<T> operator+(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator-(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator*(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator/(const Var<T>& a, const Var<T>& b);

template <class T>
Var<T> operator<(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator<=(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator>(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator>=(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> equal(const Var<T>& a, const Var<T>& b);

// What holds where both masks hold, where one of them does, and where the mask does not; a mask holds where it is not
// 0.
template <class T>
Var<T> operator&&(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator||(const Var<T>& a, const Var<T>& b);
template <class T>
Var<T> operator!(const Var<T>& a);

/// a where the mask is not 0, b elsewhere. The branch that is not taken contributes nothing to any derivative, of
/// whatever order, although it is infinite or NaN there.
template <class T>
Var<T> where(const Var<T>& mask, const Var<T>& a, const Var<T>& b);

/// g · x and g / x, and 0 where g is 0, whatever x is: what the chain rule multiplies with.
template <class T>
Var<T> gate(const Var<T>& g, const Var<T>& x);
template <class T>
Var<T> gated_quotient(const Var<T>& g, const Var<T>& x);
/// a · b, and 0 where one of them is 0.
template <class T>
Var<T> gate_both(const Var<T>& a, const Var<T>& b);

template <class T>
Var<T> operator+(const Var<T>& a, double b) {
  return operator+(a, Var<T>(b));
}
template <class T>
Var<T> operator+(double a, const Var<T>& b) {
  return operator+(Var<T>(a), b);
}
template <class T>
Var<T> operator+(const Var<T>& a, const Constant& b) {
  return operator+(a, Var<T>(b));
}
template <class T>
Var<T> operator+(const Constant& a, const Var<T>& b) {
  return operator+(Var<T>(a), b);
}
template <class T>
Var<T> operator-(const Var<T>& a, double b) {
  return operator-(a, Var<T>(b));
}
template <class T>
Var<T> operator-(double a, const Var<T>& b) {
  return operator-(Var<T>(a), b);
}
template <class T>
Var<T> operator-(const Var<T>& a, const Constant& b) {
  return operator-(a, Var<T>(b));
}
template <class T>
Var<T> operator-(const Constant& a, const Var<T>& b) {
  return operator-(Var<T>(a), b);
}
template <class T>
Var<T> operator*(const Var<T>& a, double b) {
  return operator*(a, Var<T>(b));
}
template <class T>
Var<T> operator*(double a, const Var<T>& b) {
  return operator*(Var<T>(a), b);
}
template <class T>
Var<T> operator*(const Var<T>& a, const Constant& b) {
  return operator*(a, Var<T>(b));
}
template <class T>
Var<T> operator*(const Constant& a, const Var<T>& b) {
  return operator*(Var<T>(a), b);
}
template <class T>
Var<T> operator/(const Var<T>& a, double b) {
  return operator/(a, Var<T>(b));
}
template <class T>
Var<T> operator/(double a, const Var<T>& b) {
  return operator/(Var<T>(a), b);
}
template <class T>
Var<T> operator/(const Var<T>& a, const Constant& b) {
  return operator/(a, Var<T>(b));
}
template <class T>
Var<T> operator/(const Constant& a, const Var<T>& b) {
  return operator/(Var<T>(a), b);
}
template <class T>
Var<T> operator<(const Var<T>& a, double b) {
  return operator<(a, Var<T>(b));
}
template <class T>
Var<T> operator<(double a, const Var<T>& b) {
  return operator<(Var<T>(a), b);
}
template <class T>
Var<T> operator<(const Var<T>& a, const Constant& b) {
  return operator<(a, Var<T>(b));
}
template <class T>
Var<T> operator<(const Constant& a, const Var<T>& b) {
  return operator<(Var<T>(a), b);
}
template <class T>
Var<T> operator<=(const Var<T>& a, double b) {
  return operator<=(a, Var<T>(b));
}
template <class T>
Var<T> operator<=(double a, const Var<T>& b) {
  return operator<=(Var<T>(a), b);
}
template <class T>
Var<T> operator<=(const Var<T>& a, const Constant& b) {
  return operator<=(a, Var<T>(b));
}
template <class T>
Var<T> operator<=(const Constant& a, const Var<T>& b) {
  return operator<=(Var<T>(a), b);
}
template <class T>
Var<T> operator>(const Var<T>& a, double b) {
  return operator>(a, Var<T>(b));
}
template <class T>
Var<T> operator>(double a, const Var<T>& b) {
  return operator>(Var<T>(a), b);
}
template <class T>
Var<T> operator>(const Var<T>& a, const Constant& b) {
  return operator>(a, Var<T>(b));
}
template <class T>
Var<T> operator>(const Constant& a, const Var<T>& b) {
  return operator>(Var<T>(a), b);
}
template <class T>
Var<T> operator>=(const Var<T>& a, double b) {
  return operator>=(a, Var<T>(b));
}
template <class T>
Var<T> operator>=(double a, const Var<T>& b) {
  return operator>=(Var<T>(a), b);
}
template <class T>
Var<T> operator>=(const Var<T>& a, const Constant& b) {
  return operator>=(a, Var<T>(b));
}
template <class T>
Var<T> operator>=(const Constant& a, const Var<T>& b) {
  return operator>=(Var<T>(a), b);
}
template <class T>
Var<T> equal(const Var<T>& a, double b) {
  return equal(a, Var<T>(b));
}
template <class T>
Var<T> equal(const Var<T>& a, const Constant& b) {
  return equal(a, Var<T>(b));
}
template <class T>
Var<T> where(const Var<T>& mask, const Var<T>& a, double b) {
  return where(mask, a, Var<T>(b));
}
template <class T>
Var<T> where(const Var<T>& mask, double a, const Var<T>& b) {
  return where(mask, Var<T>(a), b);
}
template <class T>
Var<T> where(const Var<T>& mask, double a, double b) {
  return where(mask, Var<T>(a), Var<T>(b));
}

}  // namespace wengert
