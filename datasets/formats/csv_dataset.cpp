#include <autograd/arrays/shape.hpp>
#include <autograd/base/file_window.hpp>
#include <autograd/base/read_file.hpp>
#include <datasets/formats/csv_classes.hpp>
#include <datasets/formats/csv_columns.hpp>
#include <datasets/formats/csv_error.hpp>
#include <datasets/formats/csv_scanner.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace wengert::datasets {
namespace {

using Use = CsvColumns::Use;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The number in a cell, or a text that says what is wrong with it.
template <class T>
T parse_number(std::string_view cell, std::string& complaint) {
  std::string_view digits = trim(cell);
  if (digits.empty()) complaint = "is empty; expected a number; fill it in or remove the row, or set .missing";
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (!complaint.empty()) return number;
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    complaint =
        "is not a number; expected a decimal number such as -1.5e3 and nothing else; correct it or remove the column";
  } else if (error == std::errc::result_out_of_range) {
    complaint = fmt::format("is out of range; expected zero or a magnitude from {} to {}; rescale the column{}",
                            std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
                            sizeof(T) < sizeof(double) ? " or read it as double" : "");
  } else if (!std::isfinite(number)) {
    complaint = "is not finite; expected a finite number; replace it or remove the row";
  }
  return number;
}

/// A column of an array of rows, which are filled one after the other.
template <class T>
class Rows {
 public:
  Rows(std::size_t most, std::size_t width) : width_(width), values_(empty<T>({most, width})), row_(values_.data()) {}

  /// A row that is not ended is filled anew.
  void set(std::size_t place, T value) { row_[place] = value; }
  void end_row() { row_ += width_; }

  /// NaN stands for what was missing: it becomes the mean of its column. Returns a column without any value, if any.
  std::optional<std::size_t> fill_with_means(std::size_t rows) {
    for (std::size_t column = 0; column < width_; ++column) {
      long double sum = 0.0L;  // of doubles it may be larger than they can be
      std::size_t count = 0;
      for (std::size_t i = column; i < rows * width_; i += width_) {
        if (std::isnan(values_.data()[i])) continue;
        sum += static_cast<long double>(values_.data()[i]);
        ++count;
      }
      if (count == rows) continue;
      if (count == 0) return column;
      for (std::size_t i = column; i < rows * width_; i += width_) {
        T& value = values_.data()[i];
        if (std::isnan(value)) value = static_cast<T>(sum / static_cast<long double>(count));
      }
    }
    return std::nullopt;
  }

  /// The rows that were filled; not copied if all were.
  Array<T> take(std::size_t rows) {
    if (rows == values_.shape()[0]) return std::move(values_);
    Array<T> filled = empty<T>({rows, width_});
    std::copy_n(values_.data(), rows * width_, filled.data());
    return filled;
  }

 private:
  std::size_t width_;
  Array<T> values_;  // (most, width)
  T* row_;
};

/// Takes in a table cell by cell.
template <class T>
class DatasetReader {
 public:
  DatasetReader(const std::string& file, const std::vector<std::string>& header, const CsvOptions& options,
                std::size_t most_rows)
      : file_(file),
        header_(header),
        options_(options),
        columns_(file, header, options),
        classes_(options.class_names),
        may_be_missing_(options.missing != Missing::refuse),
        most_rows_(most_rows),
        inputs_(most_rows, columns_.count(Use::input)),
        targets_(most_rows, columns_.count(Use::target)) {}

  void begin_row(std::size_t line) {
    require(rows_ < most_rows_, "to_dataset", "{} has grown while it was read; read it when it is complete", file_);
    line_ = line;
    dropped_ = false;
  }

  /// `whole` is the number of a cell of digits alone, if that is known.
  void cell(std::size_t column, std::string_view text, std::optional<unsigned> whole = std::nullopt) {
    switch (columns_.uses[column]) {
      case Use::input:
        return inputs_.set(columns_.places[column], number(column, text, whole));
      case Use::target:
        return targets_.set(columns_.places[column], number(column, text, whole));
      case Use::label:
        return labels_.push_back(label(column, text));
      case Use::none:
        return;
    }
  }

  void end_row() {
    if (dropped_) {
      ++dropped_rows_;
      return labels_.resize(options_.label_column ? rows_ : 0);
    }
    inputs_.end_row();
    targets_.end_row();
    ++rows_;
  }

  Dataset<T> finish() {
    require(rows_ > 0 || dropped_rows_ == 0, "to_dataset",
            "{}: every row, {} in all, has a cell without a value, and all were dropped; expected at least one that is "
            "complete; leave out the columns where values are missing, or set Missing::mean",
            file_, dropped_rows_);
    require(rows_ > 0, "to_dataset", "{} has no rows below its header; expected at least one; add the data", file_);
    const std::string_view suspicious = classes_.suspicious();
    if (!suspicious.empty()) {
      fail("to_dataset",
           fmt::format("{}: the column {} holds numbers such as {}; expected classes; for a regression name "
                       "it in target_columns, or say by class_names that these are classes",
                       file_, options_.label_column->text(), excerpt(suspicious)));
    }
    if (options_.missing == Missing::mean) {
      check_filled(inputs_.fill_with_means(rows_), Use::input);
      check_filled(targets_.fill_with_means(rows_), Use::target);
    }
    Dataset<T> dataset;
    dataset.inputs = inputs_.take(rows_);  // (N, D)
    dataset.feature_names = columns_.input_names(header_);
    dataset.class_names = classes_.finish(labels_);
    dataset.labels = std::move(labels_);
    if (!options_.target_columns.empty()) dataset.targets = targets_.take(rows_);  // (N, K)
    return dataset;
  }

 private:
  bool is_missing(std::string_view text) const {
    const auto& texts = options_.missing_texts;
    return std::find(texts.begin(), texts.end(), trim(text)) != texts.end();
  }

  T number(std::size_t column, std::string_view text, std::optional<unsigned> whole) {
    if (whole && !may_be_missing_) return static_cast<T>(*whole);
    if (may_be_missing_ && is_missing(text)) {
      dropped_ = options_.missing == Missing::drop_row;
      return std::numeric_limits<T>::quiet_NaN();
    }
    std::string complaint;
    const T value = parse_number<T>(text, complaint);
    if (!complaint.empty()) refuse(column, text, complaint);
    return value;
  }

  std::size_t label(std::size_t column, std::string_view text) {
    if (may_be_missing_ && is_missing(text)) {
      if (options_.missing == Missing::mean)
        refuse(column, text,
               "is missing; expected the name of a class; fill it in, remove the row or set Missing::drop_row");
      dropped_ = true;
      return 0;
    }
    if (trim(text).empty()) {
      refuse(column, text, "is empty; expected the name of a class; fill it in or remove the row, or set .missing");
    }
    if (trim(text).size() != text.size()) {
      refuse(column, text, "begins or ends with a blank; expected the bare name of a class; remove it");
    }
    std::string complaint;
    const std::size_t number = classes_.number(text, complaint);
    if (!complaint.empty()) refuse(column, text, complaint);
    return number;
  }

  void check_filled(std::optional<std::size_t> without_values, Use use) const {
    if (!without_values) return;
    std::size_t column = 0;
    while (columns_.uses[column] != use || columns_.places[column] != *without_values) ++column;
    fail("to_dataset",
         fmt::format("{}: the column {} has no value at all, so it has no mean; leave it out of the inputs", file_,
                     excerpt(header_[column])));
  }

  [[noreturn]] void refuse(std::size_t column, std::string_view text, std::string_view complaint) const {
    fail_at_cell("to_dataset", file_, header_, line_, column + 1,
                 fmt::format("the cell {} {}", excerpt(text), complaint));
  }

  const std::string& file_;
  const std::vector<std::string>& header_;
  const CsvOptions& options_;
  CsvColumns columns_;
  CsvClasses classes_;
  bool may_be_missing_;
  std::size_t most_rows_;
  Rows<T> inputs_, targets_;
  std::vector<std::size_t> labels_;
  std::size_t line_ = 0, rows_ = 0, dropped_rows_ = 0;
  bool dropped_ = false;
};

template <class T>
Dataset<T> read_all(CsvScanner& scanner, const CsvOptions& options) {
  DatasetReader<T> reader(scanner.name(), scanner.header(), options, scanner.most_rows());
  while (scanner.next_row()) {
    reader.begin_row(scanner.line());
    while (scanner.next_cell()) reader.cell(scanner.column(), scanner.cell(), scanner.whole_number());
    reader.end_row();
  }
  return reader.finish();
}

void check_width(const Table& table, const Table::Row& row) {
  const std::size_t got = row.cells.size(), expected = table.header.size();
  if (got == expected) return;
  fail_at_cell("to_dataset", table.name, table.header, row.line, std::min(got, expected) + 1,
               fmt::format("the row has {} cells; expected {} as in the header; complete the row", got, expected));
}

}  // namespace

template <class T>
Dataset<T> to_dataset(const Table& table, const CsvOptions& options) {
  require(!table.rows.empty(), "to_dataset", "{} has no rows below its header; expected at least one; add the data",
          table.name);
  DatasetReader<T> reader(table.name, table.header, options, table.rows.size());
  for (const Table::Row& row : table.rows) {
    check_width(table, row);
    reader.begin_row(row.line);
    for (std::size_t column = 0; column < row.cells.size(); ++column) reader.cell(column, row.cells[column]);
    reader.end_row();
  }
  return reader.finish();
}

template <class T>
Dataset<T> parse_csv_dataset(std::string_view text, std::string name, const CsvOptions& options,
                             const CsvFormat& format) {
  CsvScanner scanner(text, std::move(name), format);
  return read_all<T>(scanner, options);
}

template <class T>
Dataset<T> read_csv_dataset(const std::filesystem::path& path, const CsvOptions& options, const CsvFormat& format) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))  // a pipe is read once
    return parse_csv_dataset<T>(base::read_file("read_csv", path, "a CSV file"), path.string(), options, format);
  base::FileWindow window("read_csv", path, "a CSV file");
  CsvScanner scanner(window, path.string(), format);
  return read_all<T>(scanner, options);
}

template Dataset<float> to_dataset(const Table&, const CsvOptions&);
template Dataset<double> to_dataset(const Table&, const CsvOptions&);
template Dataset<float> parse_csv_dataset(std::string_view, std::string, const CsvOptions&, const CsvFormat&);
template Dataset<double> parse_csv_dataset(std::string_view, std::string, const CsvOptions&, const CsvFormat&);
template Dataset<float> read_csv_dataset(const std::filesystem::path&, const CsvOptions&, const CsvFormat&);
template Dataset<double> read_csv_dataset(const std::filesystem::path&, const CsvOptions&, const CsvFormat&);

}  // namespace wengert::datasets
