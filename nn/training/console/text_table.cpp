#include <autograd/base/error.hpp>
#include <nn/training/console/text_table.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace wengert::nn {
namespace {

using Widths = std::array<std::size_t, 3>;
using Lines = std::vector<std::string>;

constexpr std::size_t least_width = 40;

/// The columns end at 0.45, 0.8 and 1 of the width; of each its frame and margins take a part.
Widths cell_widths(std::size_t width) {
  require(width >= least_width, "summary", "got a width of {} characters; expected {} or more", width, least_width);
  const auto first = static_cast<std::size_t>(0.45 * static_cast<double>(width));
  const auto second = static_cast<std::size_t>(0.8 * static_cast<double>(width));
  return {first - 3, second - first - 4, width - second - 3};
}

/// Appends a word, in a new line if it does not fit, and in pieces if it fits into no line.
void append_word(Lines& lines, std::string word, std::size_t width) {
  if (!lines.back().empty() && lines.back().size() + 1 + word.size() <= width) {
    lines.back() += " " + word;
    return;
  }
  if (!lines.back().empty()) lines.emplace_back();
  for (; word.size() > width; word.erase(0, width)) {
    lines.back() = word.substr(0, width);
    lines.emplace_back();
  }
  lines.back() = word;
}

Lines wrapped(const std::string& text, std::size_t width) {
  Lines lines(1);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    append_word(lines, text.substr(begin, end - begin), width);
    begin = end + 1;
  }
  return lines;
}

/// The characters of a horizontal line: left end, line, crossing, right end.
using Rule = std::array<const char*, 4>;

std::string rule_text(const Widths& widths, const Rule& rule) {
  std::string text = rule[0];
  for (std::size_t column = 0; column < widths.size(); ++column) {
    for (std::size_t i = 0; i < widths[column] + 2; ++i) text += rule[1];
    text += column + 1 < widths.size() ? rule[2] : rule[3];
  }
  return text + "\n";
}

std::string row_text(const Widths& widths, const TextTable::Row& row, const char* bar) {
  std::array<Lines, 3> cells;
  std::size_t height = 0;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    cells[column] = wrapped(row[column], widths[column]);
    height = std::max(height, cells[column].size());
  }
  for (Lines& cell : cells) cell.resize(height);
  std::string text;
  for (std::size_t line = 0; line < height; ++line) {
    text += fmt::format("{0} {1:<{2}} {0} {3:<{4}} {0} {5:>{6}} {0}\n", bar, cells[0][line], widths[0], cells[1][line],
                        widths[1], cells[2][line], widths[2]);
  }
  return text;
}

}  // namespace

TextTable::TextTable(std::size_t width, Row header) : widths_(cell_widths(width)), header_(std::move(header)) {}

std::string TextTable::text() const {
  std::string text = rule_text(widths_, {"┏", "━", "┳", "┓"}) + row_text(widths_, header_, "┃") +
                     rule_text(widths_, {"┡", "━", "╇", "┩"});
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i > 0) text += rule_text(widths_, {"├", "─", "┼", "┤"});
    text += row_text(widths_, rows_[i], "│");
  }
  return text + rule_text(widths_, {"└", "─", "┴", "┘"});
}

}  // namespace wengert::nn
