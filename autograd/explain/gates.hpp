#pragma once

#include <autograd/explain/evaluate.hpp>

#include <set>

namespace wengert::explain {

/// The formula of a contribution as the tape computes it: what flows from an adjoint and is 0 stays 0, whatever it is
/// multiplied with or divided by. Such products and quotients become calls of `gate` and `gated_quotient`.
Symbol with_gates(const Symbol& formula, const std::set<std::string>& adjoints);

/// The formula of a variable as the tape has computed it. A gradient that is recorded itself has such gates, which are
/// written as products and quotients: they are told by what is finite on the tape and is not by the formula.
Symbol as_recorded(const Symbol& formula, const Array<double>& variable, const Values& values);

/// The same for a contribution to an adjoint, given what that adjoint is in the end. The derivative of a gate is 0
/// where either factor is.
Symbol as_recorded(const Symbol& formula, const std::set<std::string>& adjoints, const Array<double>& adjoint,
                   const Values& values);

}  // namespace wengert::explain
