#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::base {

/// How many columns UTF-8 text takes on a terminal: its characters, without those that are set upon another, as in x̂,
/// and without what sets colours.
std::size_t display_width(std::string_view text);

/// How many bytes the first character of UTF-8 text has; 0 if it is none (Unicode 15, table 3-7).
std::size_t character_size(std::string_view text);

/// A text in which control characters are spelt out, `\x0a` for a line end, and bytes that are no UTF-8: it stays in
/// its line, moves no cursor, and a file with it can be read.
std::string printable(std::string_view text);

/// How often a byte occurs, found by the C library's search, which is fast where it occurs now and then.
std::size_t occurrences(std::string_view text, char byte);

/// A number with at most so many significant digits: `0.25`, `-1.5e+30`, `inf`, and `nan` whatever its sign.
std::string short_number(double x, int digits);

/// `text` behind as many spaces as make it `width` wide.
std::string aligned_right(const std::string& text, std::size_t width);

/// The word for an answer, in tables.
inline std::string yes_or_no(bool is_so) { return is_so ? "yes" : "no"; }

/// A text whose lines are broken at spaces where they are wider than `width`; what follows is two columns further in
/// than its line. A word that is wider, such as the name of a file, stays whole.
std::string wrapped(std::string_view text, std::size_t width);

/// Rows of cells as lines with aligned columns; no line ends in a space.
std::string columns(const std::vector<std::vector<std::string>>& rows, std::string_view separator = "  ");

}  // namespace wengert::base
