#include <autograd/base/error.hpp>
#include <autograd/base/read_file.hpp>
#include <datasets/formats/csv_error.hpp>

#include <algorithm>

namespace wengert::datasets {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class CsvParser {
 public:
  CsvParser(std::string_view text, std::string name) : text_(text) { table_.name = std::move(name); }

  Table parse() {
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) position_ = byte_order_mark.size();
    while (!at_end()) {
      if (skip_line_end()) continue;
      Table::Row row = parse_row();
      if (table_.header.empty()) {
        check_header(row);
        table_.header = std::move(row.cells);
      } else {
        check_row(row);
        table_.rows.push_back(std::move(row));
      }
    }
    require(!table_.header.empty(), "parse_csv",
            "{}, line 1, column 1: the text is empty; expected a header line with the names of the columns",
            table_.name);
    return std::move(table_);
  }

 private:
  bool at_end() const { return position_ >= text_.size(); }
  bool next_is(std::string_view token) const { return text_.substr(position_, token.size()) == token; }
  bool at_line_end() const { return at_end() || next_is("\n") || next_is("\r\n"); }

  bool skip(std::string_view token) {
    if (!next_is(token)) return false;
    position_ += token.size();
    return true;
  }

  bool skip_line_end() {
    if (!skip("\n") && !skip("\r\n")) return false;
    ++line_;
    return true;
  }

  Table::Row parse_row() {
    Table::Row row{line_, {}};
    column_ = 0;
    do {
      ++column_;
      row.cells.push_back(skip("\"") ? parse_quoted() : parse_plain());
    } while (skip(","));
    skip_line_end();
    return row;
  }

  std::string parse_plain() {
    const std::size_t begin = position_;
    position_ = std::min(text_.find_first_of(",\n\r\"\0"sv, begin), text_.size());
    if (next_is("\"")) {
      fail_here(begin,
                "has a quote inside; expected quotes around the whole cell or none; quote the cell and write "
                "each quote inside it twice");
    }
    check_stop(begin);
    return std::string(text_.substr(begin, position_ - begin));
  }

  /// The rest of a cell whose opening quote has been read.
  std::string parse_quoted() {
    const std::size_t begin = position_ - 1;
    const std::size_t first_line = line_;
    std::string cell;
    for (;;) {
      const std::size_t from = position_;
      position_ = std::min(text_.find_first_of("\"\n\0"sv, from), text_.size());
      cell += text_.substr(from, position_ - from);
      if (at_end()) {
        line_ = first_line;
        fail_here(begin, "opens a quote that is never closed; expected a closing quote; add it");
      }
      if (skip("\"\"")) {
        cell += '"';
      } else if (skip("\"")) {
        break;
      } else if (skip("\n")) {
        cell += '\n';
        ++line_;
      } else {
        check_stop(begin);
      }
    }
    if (!next_is(",") && !at_line_end()) {
      check_stop(begin);
      fail_here(begin,
                "goes on after its closing quote; expected a comma or the end of the line; write each quote "
                "inside a quoted cell twice");
    }
    return cell;
  }

  /// Refuses the characters at which no cell may stop.
  void check_stop(std::size_t begin) const {
    if (next_is("\0"sv)) {
      fail_here(begin,
                "holds a NUL byte; expected UTF-8 text; save the file as plain CSV (it may be UTF-16, compressed "
                "or a spreadsheet)");
    }
    if (next_is("\r") && !next_is("\r\n")) {
      fail_here(begin,
                "is followed by a carriage return (CR) alone; expected lines that end with LF or CRLF; convert "
                "the line ends");
    }
  }

  void check_header(const Table::Row& row) const {
    for (auto cell = row.cells.begin(); cell != row.cells.end(); ++cell) {
      const auto column = static_cast<std::size_t>(cell - row.cells.begin()) + 1;
      if (cell->empty())
        fail_in(row, column, "the name of the column is empty: got ''; expected a name; name the column");
      const auto first = std::find(row.cells.begin(), cell, *cell);
      if (first != cell) {
        fail_in(row, column,
                fmt::format("the name {} is repeated: it is also the name of column {}; expected a name of its own for "
                            "each column; rename one of them, or add the header line if the file has none",
                            excerpt(*cell), first - row.cells.begin() + 1));
      }
    }
  }

  void check_row(const Table::Row& row) const {
    const std::size_t got = row.cells.size(), expected = table_.header.size();
    if (got == expected) return;
    const std::string cell = got < expected ? "the last cell is " + excerpt(row.cells.back())
                                            : "the first cell too many is " + excerpt(row.cells[expected]);
    fail_in(row, std::min(got, expected) + 1,
            fmt::format("the row has {} cells ({}); expected {} as in the header; complete the row, or quote a cell "
                        "that contains a comma",
                        got, cell, expected));
  }

  [[noreturn]] void fail_in(const Table::Row& row, std::size_t column, std::string_view text) const {
    fail_at_cell("parse_csv", table_, row.line, column, text);
  }

  /// Fails at the cell that begins at `begin` and has been read up to the next comma or line end.
  [[noreturn]] void fail_here(std::size_t begin, std::string_view text) const {
    const std::size_t end = std::min(text_.find_first_of(",\n\r"sv, position_), text_.size());
    fail_at_cell("parse_csv", table_, line_, column_,
                 fmt::format("the cell {} {}", excerpt(text_.substr(begin, end - begin)), text));
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t column_ = 0;
  Table table_;
};

}  // namespace

Table parse_csv(std::string_view text, std::string name) { return CsvParser(text, std::move(name)).parse(); }

Table read_csv(const std::filesystem::path& path) {
  return parse_csv(base::read_file("read_csv", path, "a CSV file"), path.string());
}

}  // namespace wengert::datasets
