#include <autograd/base/error.hpp>
#include <autograd/base/text.hpp>
#include <datasets/formats/csv_error.hpp>
#include <datasets/formats/csv_scanner.hpp>

#include <algorithm>
#include <charconv>

namespace wengert::datasets {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The number that a name is, if it is one as cells may hold: blanks around it and a sign are allowed.
std::optional<double> number_of(std::string_view name) {
  while (name.starts_with(' ') || name.starts_with('\t')) name.remove_prefix(1);
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  if (name.starts_with('+') && !name.starts_with("+-")) name.remove_prefix(1);
  double number = 0.0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

/// Whether names count down through years, as columns of statistics do that begin with the latest: 2020, 2019, 2018.
bool is_year_before(double year, double before) { return year == before - 1.0 && year >= 1000.0 && before <= 9999.0; }

/// The first name that looks like a value: a number with decimals or a sign, or a whole one that is neither larger than
/// the number before it, as those of columns that are counted are, nor the year before. The end if there is none.
auto first_value(const std::vector<std::string>& names) {
  std::optional<double> before;
  return std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    const std::optional<double> number = number_of(name);
    if (!number) return false;
    const bool is_whole = name.find_first_not_of(" \t0123456789") == std::string::npos;
    const bool counts_on = is_whole && (!before || *number > *before || is_year_before(*number, *before));
    before = number;
    return !counts_on;
  });
}

}  // namespace

CsvScanner::CsvScanner(std::string_view text, std::string name, const CsvFormat& format)
    : CsvScanner(text, nullptr, std::move(name), format) {}

CsvScanner::CsvScanner(base::FileWindow& window, std::string name, const CsvFormat& format)
    : CsvScanner(window.bytes(), &window, std::move(name), format) {}

CsvScanner::CsvScanner(std::string_view text, base::FileWindow* window, std::string name, const CsvFormat& format)
    : text_(text), window_(window), name_(std::move(name)), format_(format), separator_(&format_.separator, 1) {
  require("\"\r\n\0"sv.find(format.separator) == std::string_view::npos, "parse_csv",
          "the separator is a quote, a line end or a NUL byte; expected another character, for example ','");
  for (const char stop : "\n\r\"\0"sv) stops_[static_cast<unsigned char>(stop)] = true;
  stops_[static_cast<unsigned char>(format.separator)] = true;
  skip(byte_order_mark);
  if (format.header) read_header();
  else name_columns();
}

bool CsvScanner::next_row() {
  read_on();
  while (!at_end() && (skip_line_end() || skip_comment())) read_on();
  row_line_ = line_;
  column_ = 0;
  row_ended_ = at_end();
  return !at_end();
}

/// The row has ended, or there is a cell too many.
bool CsvScanner::next_cell_at_end() {
  if (!row_ended_) read_cell();
  check_count();
  return false;
}

/// Reads the file on until all of the next row is there. What stands before it is dropped.
void CsvScanner::read_on() {
  while (window_ != nullptr && !holds_a_row() && window_->read_on(position_)) {
    position_ = 0;
    text_ = window_->bytes();
  }
}

/// Whether a line end follows that is not inside quotes.
bool CsvScanner::holds_a_row() const {
  const bool is_comment = format_.comment && !at_end() && text_[position_] == *format_.comment;
  bool is_quoted = false;
  for (std::size_t begin = position_;;) {
    const std::size_t end = text_.find('\n', begin);
    if (end == std::string_view::npos) return false;
    if (is_comment) return true;
    if (base::occurrences(text_.substr(begin, end - begin), '"') % 2 != 0) is_quoted = !is_quoted;
    if (!is_quoted) return true;
    begin = end + 1;
  }
}

std::size_t CsvScanner::most_rows() const {
  if (window_ != nullptr) return window_->lines() - (line_ - 1);
  const std::string_view rest = text_.substr(std::min(position_, text_.size()));
  return base::occurrences(rest, '\n') + (rest.ends_with('\n') ? 0 : 1);
}

bool CsvScanner::skip(std::string_view token) {
  if (!next_is(token)) return false;
  position_ += token.size();
  return true;
}

bool CsvScanner::skip_line_end() {
  if (!skip("\n") && !skip("\r\n")) return false;
  ++line_;
  return true;
}

bool CsvScanner::skip_comment() {
  if (!format_.comment || text_[position_] != *format_.comment) return false;
  position_ = std::min(text_.find('\n', position_), text_.size());
  return true;
}

void CsvScanner::read_header() {
  std::vector<std::string> names;
  if (next_row()) {
    do {
      read_cell();
      names.emplace_back(cell_);
    } while (!row_ended_);
  }
  require(!names.empty(), "parse_csv",
          "{}, line 1, column 1: the text is empty; expected a header line with the names of the columns", name_);
  check_header(names);
  header_ = std::move(names);
}

/// Counts the cells of the first row and goes back to it.
void CsvScanner::name_columns() {
  const bool is_empty = !next_row();
  const std::size_t position = position_, line = line_;
  if (!is_empty) {
    do {
      read_cell();
    } while (!row_ended_);
  }
  for (std::size_t i = 0; i < column_; ++i) header_.push_back(std::to_string(i));
  require(!header_.empty(), "parse_csv", "{}, line 1, column 1: the text is empty; expected rows of numbers", name_);
  position_ = position;
  line_ = line;
}

/// The last cell of a row, or one in quotes, or one that is refused.
void CsvScanner::read_other_cell() {
  if (skip("\"")) read_quoted();
  else read_plain();
  if (skip(separator_)) return;
  row_ended_ = true;
  skip_line_end();
}

void CsvScanner::read_plain() {
  const std::size_t begin = position_;
  while (position_ < text_.size() && !stops_[static_cast<unsigned char>(text_[position_])]) ++position_;
  if (next_is("\"")) {
    fail_here(begin,
              "has a quote inside; expected quotes around the whole cell or none; quote the cell and write "
              "each quote inside it twice");
  }
  check_stop(begin);
  cell_ = text_.substr(begin, position_ - begin);
}

/// The rest of a cell whose opening quote has been read.
void CsvScanner::read_quoted() {
  const std::size_t begin = position_ - 1;
  const std::size_t first_line = line_;
  unquoted_.clear();
  for (;;) {
    const std::size_t from = position_;
    position_ = std::min(text_.find_first_of("\"\n\0"sv, from), text_.size());
    unquoted_ += text_.substr(from, position_ - from);
    if (at_end()) {
      line_ = first_line;
      fail_here(begin, "opens a quote that is never closed; expected a closing quote; add it");
    }
    if (skip("\"\"")) {
      unquoted_ += '"';
    } else if (skip("\"")) {
      break;
    } else if (skip("\n")) {
      unquoted_ += '\n';
      ++line_;
    } else {
      check_stop(begin);
    }
  }
  if (!next_is(separator_) && !at_line_end()) {
    check_stop(begin);
    fail_here(begin,
              "goes on after its closing quote; expected a comma or the end of the line; write each quote "
              "inside a quoted cell twice");
  }
  cell_ = unquoted_;
}

/// Refuses the characters at which no cell may stop.
void CsvScanner::check_stop(std::size_t begin) const {
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

void CsvScanner::check_header(const std::vector<std::string>& names) const {
  for (auto name = names.begin(); name != names.end(); ++name) {
    const auto column = static_cast<std::size_t>(name - names.begin()) + 1;
    const auto refuse = [&](const std::string& text) { fail_at_cell("parse_csv", name_, {}, row_line_, column, text); };
    if (name->empty()) refuse("the name of the column is empty: got ''; expected a name; name the column");
    const auto first = std::find(names.begin(), name, *name);
    if (first != name) {
      refuse(
          fmt::format("the name {} is repeated: it is also the name of column {}; expected a name of its own for "
                      "each column; rename one of them, or add the header line if the file has none, or read it "
                      "with .header = false",
                      excerpt(*name), first - names.begin() + 1));
    }
  }
  const auto value = first_value(names);
  if (value == names.end()) return;
  fail_at_cell("parse_csv", name_, {}, row_line_, static_cast<std::size_t>(value - names.begin()) + 1,
               fmt::format("the first line looks like data: got {}; expected the names of the columns; add a header "
                           "line, or read the file with .header = false",
                           excerpt(*value)));
}

void CsvScanner::check_count() {
  const std::size_t expected = header_.size();
  if (row_ended_ && column_ == expected) return;
  const std::string last(cell_);
  while (!row_ended_) read_cell();
  const std::string text =
      column_ < expected ? "the last cell is " + excerpt(last) : "the first cell too many is " + excerpt(last);
  fail_at_cell("parse_csv", name_, header_, row_line_, std::min(column_, expected) + 1,
               fmt::format("the row has {} cells ({}); expected {} as in the {}; complete the row, or quote a cell "
                           "that contains a comma",
                           column_, text, expected, format_.header ? "header" : "first row"));
}

/// Fails at the cell that begins at `begin` and has been read up to the next separator or line end.
void CsvScanner::fail_here(std::size_t begin, std::string_view text) const {
  std::size_t end = std::min(position_, text_.size());
  while (end < text_.size() && text_[end] != format_.separator && text_[end] != '\n' && text_[end] != '\r') ++end;
  fail_at_cell("parse_csv", name_, header_, line_, column_,
               fmt::format("the cell {} {}", excerpt(text_.substr(begin, end - begin)), text));
}

}  // namespace wengert::datasets
