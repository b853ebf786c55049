#pragma once

#include <autograd/numbers/lane.hpp>

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

/// The partial sum of one run of lanes, exact to about twice the precision of the element.
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
  friend CompensatedSum where(const typename L::Mask& mask, const CompensatedSum& a, const CompensatedSum& b) {
    return {where(mask, a.sum, b.sum), where(mask, a.error, b.error)};
  }
};

/// The partial sum of one run of lanes, as fast as it goes.
template <class L>
struct PlainSum {
  L sum = 0.0;

  void add(const L& x) { sum = sum + x; }
  void merge(const PlainSum& other) { sum = sum + other.sum; }
  friend PlainSum where(const typename L::Mask& mask, const PlainSum& a, const PlainSum& b) {
    return {where(mask, a.sum, b.sum)};
  }
};

/// Adds the first `valid` elements of a run's sum to totals that are `stride` apart.
template <class T, class Arch>
void add_lane(const Lane<T, Arch>& lane, std::ptrdiff_t valid, Total<T>* totals, std::ptrdiff_t stride) {
  std::array<T, static_cast<std::size_t>(Lane<T, Arch>::width)> x;
  lane.store(x.data());
  if (stride == 0 && valid == Lane<T, Arch>::width && std::is_same_v<T, float>) {
    double even = 0.0;
    double odd = 0.0;
    for (std::size_t k = 0; k < x.size(); k += 2) {
      even += static_cast<double>(x[k]);
      odd += static_cast<double>(x[k + 1]);
    }
    totals->add(even + odd);
    return;
  }
  for (std::ptrdiff_t k = 0; k < valid; ++k)
    totals[k * stride].add(static_cast<double>(x[static_cast<std::size_t>(k)]));
}

template <class L, class T>
void add_sum(const CompensatedSum<L>& sum, std::ptrdiff_t valid, Total<T>* totals, std::ptrdiff_t stride) {
  const L error = where(equal(sum.sum - sum.sum, L(0.0)), sum.error, L(0.0));  // inf - inf would be NaN
  add_lane(sum.sum, valid, totals, stride);
  add_lane(error, valid, totals, stride);
}

template <class L, class T>
void add_sum(const PlainSum<L>& sum, std::ptrdiff_t valid, Total<T>* totals, std::ptrdiff_t stride) {
  add_lane(sum.sum, valid, totals, stride);
}

}  // namespace wengert::kernel
