#pragma once

#include <autograd/explain/replay/replay.hpp>

#include <iosfwd>

namespace wengert {

/// Steps through a record in the terminal, forward entry by entry and backward contribution by contribution. `help`
/// lists the commands, which come from `in`, one a line, until it ends or says `quit`. With `echo` each command is
/// written to `out`, so that what a script has done can be read there.
void step(const Replay& replay, std::istream& in, std::ostream& out, bool echo = true);

/// The same for a tape, with commands from the standard input.
template <class T>
void step(const Tape<T>& tape, const Var<T>& loss);

}  // namespace wengert
