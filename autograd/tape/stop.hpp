#pragma once

#include <cstddef>

/// Places to stop at by name in a debugger, for they are functions, not templates, and never inlined:
///   break wengert::stop::rule if $_streq(name, "matmul")
namespace wengert::stop {

/// An operation has been recorded in a slot of a tape.
void recorded(const char* name, std::size_t slot);

/// The rule of the operation in a slot is about to run.
void rule(const char* name, std::size_t slot);

/// The variable of that name, in a slot, has got its adjoint or a further contribution to it.
void adjoint(const char* name, std::size_t slot);

}  // namespace wengert::stop
