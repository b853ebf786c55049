#pragma once

#include <autograd/numbers/wide.hpp>

#include <cmath>
#include <concepts>
#include <limits>

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
  void merge(const Total& other) { sum_ += other.sum_; }
  ExactSum<double> divided_by(double divisor) const { return {sum_ / divisor, 0.0}; }

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

  void merge(const Total& other) {
    add(other.sum_);
    error_ += other.error_;
  }

  /// The quotient, and what it has lost.
  ExactSum<double> divided_by(double divisor) const {
    if (!std::isfinite(sum_)) return {sum_ / divisor, 0.0};  // its rounding error is NaN
    const ExactSum<double> total = exact_sum(sum_, error_);
    if (divisor == 1.0 || !std::isfinite(total.sum)) return {total.sum / divisor, total.error};
    const double quotient = total.sum / divisor;
    const double remainder = std::fma(-quotient, divisor, sum_) + error_;
    return exact_sum(quotient, remainder / divisor);
  }

 private:
  double sum_ = 0.0;
  double error_ = 0.0;
};

/// The largest element of many runs; NaN is larger than all.
template <class T>
class LargestTotal {
 public:
  void add(T x) { largest_ = largest_ >= x || largest_ != largest_ ? largest_ : x; }
  void merge(const LargestTotal& other) { add(other.largest_); }
  ExactSum<double> divided_by(double) const { return {static_cast<double>(largest_), 0.0}; }

 private:
  T largest_ = -std::numeric_limits<T>::infinity();
};

/// Adds the first `valid` elements of a lane to totals, element k to `totals[place(k)]`.
template <class L, class Result, class Place>
void add_elements(const L& lane, std::ptrdiff_t valid, Result* totals, const Place& place) {
  std::array<typename L::Element, static_cast<std::size_t>(L::width)> x;
  lane.store(x.data());
  for (std::ptrdiff_t k = 0; k < std::min(valid, L::width); ++k) totals[place(k)].add(x[static_cast<std::size_t>(k)]);
}

/// A number rounded to an element, and what that has lost.
template <class T>
ExactSum<T> rounded(const ExactSum<double>& x) {
  const T sum = static_cast<T>(x.sum);
  return {sum, static_cast<T>((x.sum - static_cast<double>(sum)) + x.error)};
}

/// The quotients of a fold that is complete, computed as those of totals are.
template <class L, class Fold>
ExactSum<L> quotients(const Fold& fold, double divisor) {
  constexpr auto width = static_cast<std::size_t>(L::width);
  std::array<typename Fold::Result, width> totals;
  fold.add_to(totals.data(), L::width, [](std::ptrdiff_t k) { return k; });
  std::array<typename L::Element, width> sum, error;
  for (std::size_t k = 0; k < width; ++k) {
    const auto quotient = rounded<typename L::Element>(totals[k].divided_by(divisor));
    sum[k] = quotient.sum;
    error[k] = quotient.error;
  }
  return {L::load(sum.data()), L::load(error.data())};
}

// A fold gathers the results of one run of lanes. It has the value of `neutral` where nothing was added, and hands what
// it has gathered to totals, element by element or all of it to one, or is a lane of results itself, told as totals
// tell theirs: rounded, and with what that has lost.

/// The partial sum of one run of lanes as fast as it goes, in the precision of the elements.
template <class L>
struct PlainSum {
  using Result = Total<typename L::Element>;
  static constexpr double neutral = 0.0;
  L sum = 0.0;

  void add(const L& x) { sum = sum + x; }
  void merge(const PlainSum& other) { sum = sum + other.sum; }

  template <class Place>
  void add_to(Result* totals, std::ptrdiff_t valid, const Place& place) const {
    add_elements(sum, valid, totals, place);
  }
  void add_to(Result& one) const {
    if constexpr (std::same_as<typename L::Element, float>) one.add(static_cast<double>(total(sum)));
    else add_elements(sum, L::width, &one, [](std::ptrdiff_t) { return 0; });
  }
  ExactSum<L> divided_by(double divisor) const { return {sum / L(divisor), L(0.0)}; }
};

/// The partial sum of one run of lanes to about twice the precision of its elements: their rounding errors are summed
/// beside it.
template <class L>
struct CompensatedSum {
  using Result = Total<typename L::Element>;
  static constexpr double neutral = 0.0;
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

  template <class Place>
  void add_to(Result* totals, std::ptrdiff_t valid, const Place& place) const {
    add_elements(sum, valid, totals, place);
    // inf - inf would be NaN
    add_elements(where(equal(sum - sum, L(0.0)), error, L(0.0)), valid, totals, place);
  }
  void add_to(Result& one) const {
    add_to(&one, L::width, [](std::ptrdiff_t) { return 0; });
  }
  ExactSum<L> divided_by(double divisor) const { return quotients<L>(*this, divisor); }
};

/// The same for floats: a sum of doubles.
template <class Arch>
struct CompensatedSum<Lane<float, Arch>> {
  using Result = Total<float>;
  static constexpr double neutral = 0.0;
  WideLane<Arch> sum{0.0, 0.0};

  void add(const Lane<float, Arch>& x) { merge({widened(x)}); }
  void merge(const CompensatedSum& other) { sum = {sum.low + other.sum.low, sum.high + other.sum.high}; }

  template <class Place>
  void add_to(Result* totals, std::ptrdiff_t valid, const Place& place) const {
    constexpr std::ptrdiff_t half = Lane<double, Arch>::width;
    add_elements(sum.low, valid, totals, place);
    add_elements(sum.high, valid - half, totals, [&](std::ptrdiff_t k) { return place(half + k); });
  }
  void add_to(Result& one) const { one.add(total(sum.low + sum.high)); }
  ExactSum<Lane<float, Arch>> divided_by(double divisor) const {
    // Exact enough: of n equal floats the sum is exact, and its quotient is rounded to a float in the end.
    const Lane<double, Arch> factor = 1.0 / divisor;
    const WideLane<Arch> quotient{sum.low * factor, sum.high * factor};
    const Lane<float, Arch> result = narrowed<Arch>(quotient);
    const WideLane<Arch> kept = widened(result);
    return {result, narrowed<Arch>({quotient.low - kept.low, quotient.high - kept.high})};
  }
};

/// The largest elements of one run of lanes; NaN is larger than all.
template <class L>
struct Largest {
  using Result = LargestTotal<typename L::Element>;
  static constexpr double neutral = -std::numeric_limits<double>::infinity();
  L largest = neutral;

  void add(const L& x) { largest = where(largest >= x || !equal(largest, largest), largest, x); }
  void merge(const Largest& other) { add(other.largest); }

  template <class Place>
  void add_to(Result* totals, std::ptrdiff_t valid, const Place& place) const {
    add_elements(largest, valid, totals, place);
  }
  void add_to(Result& one) const {
    add_elements(largest, L::width, &one, [](std::ptrdiff_t) { return 0; });
  }
  ExactSum<L> divided_by(double) const { return {largest, L(0.0)}; }
};

}  // namespace wengert::kernel
