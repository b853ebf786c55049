#pragma once

#include <autograd/numbers/wide.hpp>

#include <cmath>

namespace wengert::kernel {

/// a + b = sum + error exactly (Knuth, The Art of Computer Programming, volume 2, theorem 4.2.2 B).
template <class N>
struct ExactSum {
  N sum;
  N error;
};

template <class N>
ExactSum<N> exact_sum(const N& a, const N& b) {
  const N sum = a + b;
  const N b_rounded = sum - a;
  const N a_rounded = sum - b_rounded;
  return {sum, (a - a_rounded) + (b - b_rounded)};
}

/// A sum over many runs. For float a double is enough: the sum of 2^29 equal floats is exact in it. For double the
/// rounding errors are summed beside it. Either way the mean of equal numbers is that number, to the last bit.
template <class T>
class Total;

template <>
class Total<float> {
 public:
  void add(double x) { sum_ += x; }
  double divided_by(double divisor) const { return sum_ / divisor; }

 private:
  double sum_ = 0.0;
};

template <>
class Total<double> {
 public:
  void add(double x) {
    const ExactSum<double> next = exact_sum(sum_, x);
    sum_ = next.sum;
    error_ += next.error;
  }

  double divided_by(double divisor) const {
    if (!std::isfinite(sum_)) return sum_ / divisor;  // its rounding error is NaN
    const double total = sum_ + error_;
    if (divisor == 1.0 || !std::isfinite(total)) return total / divisor;
    const double quotient = total / divisor;
    const double remainder = std::fma(-quotient, divisor, sum_) + error_;
    return quotient + remainder / divisor;
  }

 private:
  double sum_ = 0.0;
  double error_ = 0.0;
};

/// The partial sum of one run of lanes as fast as it goes, in the precision of the elements.
template <class L>
struct PlainSum {
  L sum = 0.0;

  void add(const L& x) { sum = sum + x; }
  void merge(const PlainSum& other) { sum = sum + other.sum; }
};

/// The partial sum of one run of lanes to about twice the precision of its elements: their rounding errors are summed
/// beside it.
template <class L>
struct CompensatedSum {
  L sum = 0.0;
  L error = 0.0;

  void add(const L& x) {
    const ExactSum<L> next = exact_sum(sum, x);
    sum = next.sum;
    error = error + next.error;
  }
  void merge(const CompensatedSum& other) {
    add(other.sum);
    error = error + other.error;
  }
};

/// The same for floats: a sum of doubles.
template <class Arch>
struct CompensatedSum<Lane<float, Arch>> {
  WideLane<Arch> sum{0.0, 0.0};

  void add(const Lane<float, Arch>& x) { merge({widened(x)}); }
  void merge(const CompensatedSum& other) { sum = {sum.low + other.sum.low, sum.high + other.sum.high}; }
};

/// Adds the first `valid` elements of a lane to totals that are `stride` apart.
template <class T, class Element, class Arch>
void add_elements(const Lane<Element, Arch>& lane, std::ptrdiff_t valid, Total<T>* totals, std::ptrdiff_t stride) {
  std::array<Element, static_cast<std::size_t>(Lane<Element, Arch>::width)> x;
  lane.store(x.data());
  for (std::ptrdiff_t k = 0; k < std::min(valid, Lane<Element, Arch>::width); ++k)
    totals[k * stride].add(static_cast<double>(x[static_cast<std::size_t>(k)]));
}

/// Adds the first `valid` elements of a run's sum to totals that are `stride` apart.
template <class Arch>
void add_sum(const PlainSum<Lane<float, Arch>>& sum, std::ptrdiff_t valid, Total<float>* totals,
             std::ptrdiff_t stride) {
  if (stride == 0 && valid == Lane<float, Arch>::width) totals->add(static_cast<double>(total(sum.sum)));
  else add_elements(sum.sum, valid, totals, stride);
}

template <class Arch>
void add_sum(const CompensatedSum<Lane<float, Arch>>& sum, std::ptrdiff_t valid, Total<float>* totals,
             std::ptrdiff_t stride) {
  if (stride == 0 && valid == Lane<float, Arch>::width) return totals->add(total(sum.sum.low + sum.sum.high));
  constexpr std::ptrdiff_t half = Lane<double, Arch>::width;
  add_elements(sum.sum.low, valid, totals, stride);
  add_elements(sum.sum.high, valid - half, totals + half * stride, stride);
}

template <class Arch>
void add_sum(const PlainSum<Lane<double, Arch>>& sum, std::ptrdiff_t valid, Total<double>* totals,
             std::ptrdiff_t stride) {
  add_elements(sum.sum, valid, totals, stride);
}

template <class Arch>
void add_sum(const CompensatedSum<Lane<double, Arch>>& sum, std::ptrdiff_t valid, Total<double>* totals,
             std::ptrdiff_t stride) {
  using L = Lane<double, Arch>;
  const L error = where(equal(sum.sum - sum.sum, L(0.0)), sum.error, L(0.0));  // inf - inf would be NaN
  add_elements(sum.sum, valid, totals, stride);
  add_elements(error, valid, totals, stride);
}

}  // namespace wengert::kernel
