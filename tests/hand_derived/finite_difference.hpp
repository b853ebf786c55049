#pragma once

#include <cstddef>
#include <vector>

#include "plain_arrays.hpp"

namespace wengert::hand_derived {

/// A plain array in extended precision, in which a difference loses few digits.
using Wide = std::vector<long double>;

inline Wide widen(const Array<double>& array) { return Wide(elements(array).begin(), elements(array).end()); }

/// The gradient of loss(x), from central differences D(h) = (loss(x + h e_i) - loss(x - h e_i)) / (2 h) and one step of
/// Richardson's extrapolation, (4 D(h/2) - D(h)) / 3, whose error is O(h^4).
template <class Loss>
Values numeric_gradient(const Loss& loss, const Wide& x, long double h = 0x1p-11L) {
  Values gradient;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto central_difference = [&](long double step) {
      Wide above = x, below = x;
      above[i] += step;
      below[i] -= step;
      return (loss(above) - loss(below)) / (above[i] - below[i]);
    };
    gradient.push_back(static_cast<double>((4.0L * central_difference(h / 2) - central_difference(h)) / 3.0L));
  }
  return gradient;
}

/// <a, b>, a loss with cotangent b.
inline long double inner_product(const Wide& a, const Wide& b) {
  long double sum = 0.0L;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace wengert::hand_derived
