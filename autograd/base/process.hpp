#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wengert::base {

/// Whether a program of this name can be started.
bool has_program(const std::string& name);

/// A text as one word for the shell, whatever it contains.
std::string shell_word(std::string_view text);

/// What a command of the shell writes to its standard output. Throws an Error in the name of `operation` if it cannot
/// be started or fails.
std::string output_of(std::string_view operation, const std::string& command);

/// The words with which this program was started, its own name first; none where the system does not tell.
std::vector<std::string> command_line();

/// The name of the processor, or an empty text where the system does not tell.
std::string processor_name();

/// The time in seconds since this program began.
double seconds_since_start();

}  // namespace wengert::base
