#pragma once

#include <datasets/dataset.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wengert::datasets {

/// How a CSV file is written.
struct CsvFormat {
  char separator = ',';           ///< between the cells of a row; ';' and '\t' are common too
  bool header = true;             ///< the first line names the columns; if not, they are called 0, 1, 2, ...
  std::optional<char> comment{};  ///< lines that begin with it are skipped, for example '#'
};

/// The text of a CSV file, before any cell is read as a number. Every row has as many cells as the header.
struct Table {
  struct Row {
    std::size_t line;  // where the row starts, from 1
    std::vector<std::string> cells;
  };

  std::string name;  // what error messages call the file
  std::vector<std::string> header;
  std::vector<Row> rows;
};

/// Reads text of separated cells by RFC 4180: a cell may stand in quotes, and then holds separators, line ends and
/// doubled quotes. Lines end with LF or CRLF; a UTF-8 byte order mark and blank lines are skipped. Throws an Error that
/// names file, line, column (both from 1) and cell: for a row with more or fewer cells than the header, a header name
/// that is empty, repeated or a number with decimals, a stray or unclosed quote, a NUL byte, a CR without LF.
Table parse_csv(std::string_view text, std::string name, const CsvFormat& format = {});

/// `parse_csv` of a file. Throws an Error also if the file cannot be read.
Table read_csv(const std::filesystem::path& path, const CsvFormat& format = {});

/// A column by its name, or by its place from 0 on; -1 is the last.
class Column {
 public:
  Column(const char* name) : what_(name) {}
  Column(std::string name) : what_(std::move(name)) {}
  Column(int place) : what_(place) {}

  /// Its place in a header, if it is there.
  std::optional<std::size_t> place_in(const std::vector<std::string>& header) const;
  /// As error messages call it: `'width'`, or `column -1`.
  std::string text() const;

 private:
  std::variant<std::string, int> what_;
};

/// What becomes of a cell without a value.
enum class Missing {
  refuse,    ///< an Error
  drop_row,  ///< its row is left out
  mean       ///< it gets the mean of the values that its column has; the class of a row must be there
};

struct CsvOptions {
  std::optional<Column> label_column = std::nullopt;  ///< holds the class of each row
  std::vector<std::string> class_names = {};          ///< in the order of the labels; if empty, those found, sorted
  std::vector<Column> target_columns = {};            ///< hold the numbers to predict, as in regression
  std::vector<Column> input_columns = {};             ///< if empty, all other columns
  Missing missing = Missing::refuse;
  std::vector<std::string> missing_texts = {"", "NA", "N/A", "nan", "NaN", "null", "?"};  ///< unless refused
};

/// The table with N rows as inputs (N, D), with N labels if there is a label column, and targets (N, K) if there are
/// target columns. Classes that are all integers are sorted as numbers, others as text; give the `class_names` of the
/// training data to read test data with the same labels. Numbers are decimal with a point in every locale, may have a
/// sign and blanks around them. Throws an Error that names file, line, column and cell: for an empty cell, text that is
/// not wholly a number, a number that is not finite or outside the range of T, an unknown class; also if a column is
/// missing, has two uses or holds numbers with decimals as classes, or there are no rows.
template <class T>
Dataset<T> to_dataset(const Table& table, const CsvOptions& options);

/// `to_dataset` of `parse_csv` in one pass, which keeps no text of cells: for large files.
template <class T>
Dataset<T> parse_csv_dataset(std::string_view text, std::string name, const CsvOptions& options,
                             const CsvFormat& format = {});

/// `parse_csv_dataset` of a file. Throws an Error also if the file cannot be read.
///   const Dataset<float> irises = read_csv_dataset<float>("iris.data", {.label_column = -1}, {.header = false});
template <class T>
Dataset<T> read_csv_dataset(const std::filesystem::path& path, const CsvOptions& options, const CsvFormat& format = {});

}  // namespace wengert::datasets
