#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wengert::datasets {

/// The beginning of a cell in quotes, safe to print: at most 40 bytes, control characters as \x00.
std::string excerpt(std::string_view cell);

/// The same of several texts, with commas between them.
std::string excerpts(const std::vector<std::string>& texts);

/// Throws an Error about one cell: `[operation] file, line 3, column 2 ('width'): text`; line and column count from 1.
[[noreturn]] void fail_at_cell(std::string_view operation, std::string_view file,
                               const std::vector<std::string>& header, std::size_t line, std::size_t column,
                               std::string_view text);

}  // namespace wengert::datasets
