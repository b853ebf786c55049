#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

namespace wengert::base {

/// Whether what is written to the stream appears on a terminal that can move its cursor.
bool is_terminal(const std::ostream& out);

/// Whether NO_COLOR leaves colours on (https://no-color.org).
bool wants_colour();

/// What Python's shutil.get_terminal_size finds: COLUMNS, the terminal of the standard output, or 80.
std::size_t terminal_columns();

/// A text as it fits the terminal that the stream is, see `wrapped`; as it is for a file or a pipe.
std::string fitted(const std::ostream& out, const std::string& text);

}  // namespace wengert::base
