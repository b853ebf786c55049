#pragma once

#include <autograd/numbers/symbol.hpp>
#include <autograd/tape/var.hpp>

namespace wengert::explain {

/// What a call comes to, given its operands; every operation of the library is known. Throws an Error for other names.
Var<double> value_of_call(const Symbol& call, const std::vector<Var<double>>& operands);

/// Throws an Error in the name of `operation`, with advice, if a formula calls what is not the library's.
void require_known(std::string_view operation, const Symbol& formula);

}  // namespace wengert::explain
