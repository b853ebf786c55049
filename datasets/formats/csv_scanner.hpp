#pragma once

#include <autograd/base/file_window.hpp>
#include <datasets/formats/csv.hpp>

#include <array>

namespace wengert::datasets {

/// Walks through the cells of CSV text, row by row. The Errors are those of `parse_csv`.
///   while (scanner.next_row()) while (scanner.next_cell()) use(scanner.cell());
class CsvScanner {
 public:
  /// Reads the header, if there is one. The text must outlive the scanner.
  CsvScanner(std::string_view text, std::string name, const CsvFormat& format);
  /// The same of a file, of which about a mebibyte, and at least a row, is in memory. The window must outlive the
  /// scanner.
  CsvScanner(base::FileWindow& window, std::string name, const CsvFormat& format);

  CsvScanner(const CsvScanner&) = delete;
  CsvScanner& operator=(const CsvScanner&) = delete;

  /// Goes to the next row that is neither blank nor a comment. Returns false at the end of the text.
  bool next_row();
  /// Reads the next cell of the row. Returns false at the end of the row; throws unless it has as many as the header.
  bool next_cell() {
    if (row_ended_ || column_ == header_.size()) return next_cell_at_end();
    read_cell();
    return true;
  }

  /// The cell that was read; valid until the next one.
  std::string_view cell() const { return cell_; }
  /// Its number, if it is made of a few digits alone, as those of images are: found on the way.
  std::optional<unsigned> whole_number() const { return is_whole_ ? std::make_optional(whole_) : std::nullopt; }
  /// Its place in the row, from 0.
  std::size_t column() const { return column_ - 1; }
  /// The line in which the row began, from 1.
  std::size_t line() const { return row_line_; }

  const std::string& name() const { return name_; }
  const std::vector<std::string>& header() const { return header_; }
  /// No more rows than that are to come. Of a file it has to be asked before a row is read.
  std::size_t most_rows() const;

 private:
  bool at_end() const { return position_ >= text_.size(); }
  bool next_is(std::string_view token) const { return text_.substr(position_, token.size()) == token; }
  bool at_line_end() const { return at_end() || next_is("\n") || next_is("\r\n"); }
  bool skip(std::string_view token);
  bool skip_line_end();
  bool skip_comment();

  CsvScanner(std::string_view text, base::FileWindow* window, std::string name, const CsvFormat& format);
  void read_on();
  bool holds_a_row() const;
  void read_header();
  void name_columns();
  static constexpr std::ptrdiff_t few_digits = 7;  // whole numbers of so many digits are exact in float too

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool next_cell_at_end();
  void read_cell() {
    ++column_;
    const char* const first = text_.data() + position_;
    const char* const end = text_.data() + text_.size();
    const char* last = first;
    whole_ = 0;
    for (; last != end && is_digit(*last); ++last) whole_ = 10 * whole_ + static_cast<unsigned>(*last - '0');
    is_whole_ = last != first && last - first <= few_digits && last != end && *last == format_.separator;
    while (last != end && !stops_[static_cast<unsigned char>(*last)]) ++last;
    if (last == end || *last != format_.separator) return read_other_cell();
    cell_ = {first, static_cast<std::size_t>(last - first)};  // most cells are like this: the way has to be short
    position_ += cell_.size() + 1;
  }
  void read_other_cell();
  void read_plain();
  void read_quoted();
  void check_header(const std::vector<std::string>& names) const;
  void check_stop(std::size_t begin) const;
  void check_count();
  [[noreturn]] void fail_here(std::size_t begin, std::string_view text) const;

  std::string_view text_;
  base::FileWindow* window_;  // where the text goes on; null if it does not
  std::string name_;
  CsvFormat format_;
  std::string_view separator_;
  std::array<bool, 256> stops_{};  // the bytes at which a cell without quotes may stop
  std::vector<std::string> header_;
  std::size_t position_ = 0;
  std::size_t line_ = 1, row_line_ = 1;
  std::size_t column_ = 0;  // how many cells of the row have been read
  bool row_ended_ = false;
  unsigned whole_ = 0;  // the digits that the cell begins with
  bool is_whole_ = false;
  std::string_view cell_;
  std::string unquoted_;  // the cell, if it stood in quotes
};

}  // namespace wengert::datasets
