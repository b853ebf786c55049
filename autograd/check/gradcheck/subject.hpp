#pragma once

#include <autograd/arrays/random.hpp>
#include <autograd/check/derivatives.hpp>

#include <memory>
#include <string>

namespace wengert::gradients {

/// The gradient of cotangent · f(x) by the tape.
struct TapeGradient {
  Array<double> y;
  std::vector<Array<double>> gradients;
  double largest;  ///< finite number that f computed with, in magnitude: rounding in f is relative to it
};

/// What a function has given to stop_gradient, while it ran forward: rules may stop gradients too, and are judged by
/// it.
struct Stopped {
  std::vector<Array<double>> values;
  bool is_first_run = true;
};

/// A function with the values at which it is checked and the names of its inputs.
struct Subject {
  Function<double> f;
  std::vector<Array<double>> values;
  std::vector<std::string> names;
  std::vector<Var<double>> places;  ///< of the first inputs, where f reads them itself; others are given to it
  std::shared_ptr<Stopped> stopped;

  Subject(Function<double> function, const std::vector<Var<double>>& inputs);

  /// f at the values; what stop_gradient stops there is held from then on.
  Array<double> evaluate() const;
  /// f with one element of one input replaced.
  Array<double> evaluate(std::size_t input, std::size_t element, double x) const;
  TapeGradient differentiate(const Array<double>& cotangent) const;
  /// The function (x, cotangent) -> gradient of cotangent · f(x), all inputs' gradients behind one another.
  Subject gradient(const Array<double>& cotangent) const;
};

}  // namespace wengert::gradients
