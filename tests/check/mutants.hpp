#pragma once

#include <autograd/check/gradcheck.hpp>

#include <string>
#include <vector>

namespace wengert::mutants {

using V = Var<double>;
using Inputs = std::vector<V>;

/// How a gradient is pulled back to one input, given the cotangent, the inputs and the output.
using Rule = std::function<V(const V& g, const Inputs& x, const V& y)>;

/// An operation whose rules are known to be right: what wrong ones are made of.
struct Base {
  std::string name;
  Inputs inputs;
  std::function<Array<double>(const Inputs&)> value;
  std::vector<Rule> rules;
};

/// A wrong gradient: a base with the rule of one input replaced.
struct Mutant {
  std::string name;
  Base base;
  std::size_t input;
  std::string hint;  ///< what the report is expected to say, where it can know
};

/// A base as a function on the tape.
Function<double> function_of(const Base& base);

Base multiply();
Base broadcast_add();
Base matrix_product();
Base mean_of_rows();
Base softmax_of_rows();
Base batch_normalisation();
Base middle_slice();
Base hyperbolic_tangent();

std::vector<Base> all_bases();

/// Every rule of every base with the same faults: sign, factors, a relative error of 1e-6, nothing at all.
std::vector<Mutant> systematic_mutants();

/// Faults of one kind of operation: a dropped term, a missing 1/N, a sum over the wrong axis, a stale value, ...
std::vector<Mutant> specific_mutants();

}  // namespace wengert::mutants
