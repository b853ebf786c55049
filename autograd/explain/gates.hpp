#pragma once

#include <autograd/numbers/symbol.hpp>

#include <set>

namespace wengert::explain {

/// The formula of a contribution as the tape computes it: what flows from an adjoint and is 0 stays 0, whatever it is
/// multiplied with or divided by. Such products and quotients become calls of `gate` and `gated_quotient`.
Symbol with_gates(const Symbol& formula, const std::set<std::string>& adjoints);

}  // namespace wengert::explain
