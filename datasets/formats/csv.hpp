#pragma once

#include <datasets/dataset.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::datasets {

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

/// Reads comma-separated text whose first line is the header, by RFC 4180: a cell may stand in quotes, and then holds
/// commas, line ends and doubled quotes. Lines end with LF or CRLF; a UTF-8 byte order mark and blank lines are
/// skipped. Throws an Error that names file, line, column (both from 1) and cell: for a row with more or fewer cells
/// than the header, a header name that is empty or repeated, a stray or unclosed quote, a NUL byte, a CR without LF.
Table parse_csv(std::string_view text, std::string name);

/// `parse_csv` of a file. Throws an Error also if the file cannot be read.
Table read_csv(const std::filesystem::path& path);

struct CsvOptions {
  std::string label_column;                   // the column that holds the class
  std::vector<std::string> class_names = {};  // in the order of the labels; if empty, the classes found, sorted
};

/// The table with N rows and D + 1 columns as inputs (N, D) and N labels. Classes that are all integers are sorted as
/// numbers, others as text; give the `class_names` of the training data to read test data with the same labels.
/// Numbers are decimal with a point in every locale, may have a sign and blanks around them. Throws an Error that names
/// file, line, column and cell: for an empty cell, text that is not wholly a number, a number that is not finite or
/// outside the range of T, an unknown class; also if a column is missing or there are no rows.
template <class T>
Dataset<T> to_dataset(const Table& table, const CsvOptions& options);

}  // namespace wengert::datasets
