#pragma once

#include <datasets/formats/csv.hpp>

namespace wengert::datasets {

/// What each column of a table is for, found once, before its rows are read.
struct CsvColumns {
  enum class Use { input, label, target, none };

  /// Throws an Error in the name of `to_dataset` if a column is not there or has two uses, or if no input is left.
  CsvColumns(const std::string& file, const std::vector<std::string>& header, const CsvOptions& options);

  std::size_t count(Use use) const;
  /// The names of the inputs, in the order of their places.
  std::vector<std::string> input_names(const std::vector<std::string>& header) const;

  std::vector<Use> uses;            // of each column
  std::vector<std::size_t> places;  // of each column among those of its use: as they were named, or as in the table
};

}  // namespace wengert::datasets
