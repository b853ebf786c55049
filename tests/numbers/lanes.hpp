#pragma once

#include <autograd/numbers/functions.hpp>

#include <array>
#include <functional>
#include <vector>

namespace on_lanes {

template <class T>
using Lane = wengert::Lane<T>;
template <class T>
using Dual = wengert::Dual<Lane<T>>;

/// The elements of a lane.
template <class T>
std::vector<T> elements(const Lane<T>& lane) {
  std::vector<T> result(static_cast<std::size_t>(Lane<T>::width));
  lane.store(result.data());
  return result;
}

/// A lane of consecutive points, the last one repeated where there are too few.
template <class T>
Lane<T> load(const std::vector<double>& points, std::size_t first = 0) {
  std::array<T, static_cast<std::size_t>(Lane<T>::width)> x;
  for (std::size_t k = 0; k < x.size(); ++k) x[k] = static_cast<T>(points[std::min(first + k, points.size() - 1)]);
  return Lane<T>::load(x.data());
}

/// f of one number, computed on a lane.
inline double value_at(const std::function<Lane<double>(const Lane<double>&)>& f, double x) {
  return elements(f(Lane<double>(x)))[0];
}

/// The derivative of f at x from central differences and two steps of Richardson's extrapolation.
inline double difference(const std::function<Lane<double>(const Lane<double>&)>& f, double x, double h = 0x1p-7) {
  const auto central = [&](double step) { return (value_at(f, x + step) - value_at(f, x - step)) / (2 * step); };
  const double coarse = central(h), middle = central(h / 2), fine = central(h / 4);
  return (16 * (4 * fine - middle) / 3 - (4 * middle - coarse) / 3) / 15;
}

}  // namespace on_lanes
