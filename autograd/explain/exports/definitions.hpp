#pragma once

#include <string>
#include <vector>

// How each function and each operation is spelt in the languages that derivations are exported to. A call is written
// alike in all of them; what differs is its definition, which stands in the exported program.

namespace wengert::explain {

enum class Language { cpp, numpy };

/// The name of a language, for messages: C++ or NumPy.
const char* name_of(Language language);

/// Whether a program in that language can call a function or an operation of this name.
bool is_exported(Language language, const std::string& name);

/// Every function and operation that can be called, sorted.
std::vector<std::string> exported_names(Language language);

/// The definitions of what a program uses and of what that needs, each once and behind those that it needs.
std::string definitions(Language language, const std::vector<std::string>& names);

}  // namespace wengert::explain
