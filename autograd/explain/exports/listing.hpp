#pragma once

#include <autograd/explain/program.hpp>

// A derivation as a straight list of steps with numbers, before it is written in a language.

namespace wengert::explain {

/// A name in the program and on the tape: sigma2 is σ².
struct ProgramName {
  std::string own;
  std::string shown;
};

/// An input or a constant.
struct GivenArray {
  ProgramName name;
  Array<double> value;
};

/// `target = formula`, or `target = target + formula`, in names of the program.
struct ProgramStep {
  ProgramName target;
  Symbol formula;
  Shape shape;          ///< of the target
  Shape formula_shape;  ///< of the formula, which has as many elements or is broadcast
  bool accumulates = false;
};

/// What the tape has computed for a target.
struct ExpectedArray {
  ProgramName name;
  Array<double> value;
  /// The size of the terms that cancelled, where nothing but their rounding is left; else 0.
  double terms = 0.0;
};

struct Listing {
  ProgramName loss;
  std::vector<GivenArray> given;
  std::vector<ProgramStep> forward;
  std::vector<ProgramStep> backward;
  std::vector<ExpectedArray> expected;
};

/// What a scalar loss and the gradient of every parameter are computed from, step by step, and what the tape has got
/// for each of them. Comparisons and conv2d are calls in which everything is said: less(a, b), the sizes of windows.
/// Throws an Error in the name of `operation` if the loss is no scalar or was not recorded here, if the formula of an
/// adjoint is unknown, or if the arrays are too large to be written down.
Listing listing(std::string_view operation, const Tape<double>& tape, const Var<double>& loss);

}  // namespace wengert::explain
