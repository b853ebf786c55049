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

/// a where the mask is not 0, b elsewhere; the branch that is not taken gets a cotangent of 0. What computed it may
/// still make NaN of that (0 · inf in the rule of log at 0); inside one formula for `map` it cannot.
template <class T>
Var<T> where(const Var<T>& mask, const Var<T>& a, const Var<T>& b);

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
