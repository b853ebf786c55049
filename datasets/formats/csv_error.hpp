#pragma once

#include <datasets/formats/csv.hpp>

namespace wengert::datasets {

/// The beginning of a cell in quotes, safe to print: at most 40 bytes, control characters as \x00.
std::string excerpt(std::string_view cell);

/// Throws an Error about one cell: `[operation] file, line 3, column 2 ('width'): text`; line and column count from 1.
[[noreturn]] void fail_at_cell(std::string_view operation, const Table& table, std::size_t line, std::size_t column,
                               std::string_view text);

}  // namespace wengert::datasets
