#pragma once

#include <string>
#include <vector>

namespace wengert::explain {

/// What a variable of an exported program cannot be called: the words of the languages and the names of functions. It
/// is one list, so that a program has the same names in every language.
std::vector<std::string> reserved_words();

}  // namespace wengert::explain
