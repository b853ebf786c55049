#pragma once

#include <autograd/arrays/array.hpp>

#include <functional>
#include <limits>

namespace wengert::gradients {

inline constexpr double unit_roundoff = std::numeric_limits<double>::epsilon() / 2;

/// f(x) as a function of one element of one input.
using Probe = std::function<Array<double>(double)>;

/// The derivative of cotangent · f with respect to one element, by differences.
struct Slope {
  double value = 0;
  double error = std::numeric_limits<double>::infinity();  ///< estimated, rounding included
  double step = 0;                                         ///< the smallest step that went into it
  double jump = 0;  ///< the derivative from the right minus that from the left, where that is not zero within its error

  bool is_kink() const { return jump != 0; }
};

/// Differences of cotangent · f around one point.
class Differences {
 public:
  /// `size` is the magnitude of the input, from which the first step is taken; `slope_size` that of its derivatives.
  Differences(Probe probe, const Array<double>& cotangent, const Array<double>& y, double x, double size,
              double slope_size)
      : probe_(std::move(probe)), cotangent_(cotangent), y_(y), x_(x), size_(size), slope_size_(slope_size) {}

  /// The derivative from the coarsest ladder of steps that settles it, else from the one with the smallest error.
  Slope measure() const { return best_from(1.0 / 16.0); }
  /// The derivative again, from steps that have nothing in common with those of `measure`.
  Slope measure_again() const { return best_from(0.37 / 16.0); }

  /// The noise in cotangent · f near the point, by the table of differences of close values (Moré and Wild 2011,
  /// "Estimating computational noise").
  double noise() const;

 private:
  struct Rung;

  Slope best_from(double first_step) const;
  Slope ladder(double step) const;
  Rung rung(double step) const;
  double noise_at(double spacing) const;

  Probe probe_;
  const Array<double>& cotangent_;
  const Array<double>& y_;
  double x_;
  double size_;
  double slope_size_;
};

}  // namespace wengert::gradients
