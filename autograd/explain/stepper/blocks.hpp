#pragma once

#include <autograd/explain/replay/snapshot.hpp>

namespace wengert::explain {

/// What the stepper writes fits this many columns.
inline constexpr std::size_t terminal_width = 80;

/// Lines of text that stand beside others.
using Block = std::vector<std::string>;

/// The elements of an array, rows as lines: of more than `most` along an axis the first and the last three.
Block block_of(const Snapshot& array, std::size_t most);

/// A title above a block.
Block titled(const std::string& title, const Block& block);

/// Blocks beside each other with signs between them if that is at most `width` wide, else below each other.
std::string equation(const std::vector<Block>& blocks, const std::vector<std::string>& signs, std::size_t width);

/// A text in lines of at most `width`, broken at blanks; all but the first are indented by `indent` blanks.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

/// How wide the widest line is.
std::size_t widest_line(const std::string& text);

/// A text that is cut, with three dots at its end, if it is wider.
std::string shortened(const std::string& text, std::size_t width);

}  // namespace wengert::explain
