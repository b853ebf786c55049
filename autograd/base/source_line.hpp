#pragma once

#include <string>

namespace wengert {

/// A line of a program. With `void f(SourceLine line = SourceLine::here())`, f knows the line that calls it.
struct SourceLine {
  const char* file = nullptr;  ///< as the compiler was told it; null for no line
  unsigned number = 0;

  static constexpr SourceLine here(const char* file = __builtin_FILE(), unsigned number = __builtin_LINE()) {
    return {file, number};
  }
  /// For what the library names on its own account.
  static constexpr SourceLine none() { return {}; }
};

/// What is written on a line, with one space where there are several; empty if its file is not there. A file is read
/// once.
std::string text_of(SourceLine line);

/// Whether a line belongs to the library and not to a program that uses it.
bool is_of_library(SourceLine line);

}  // namespace wengert
