#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wengert::nn {

/// What a training reports: one number for each named column after every epoch.
///   History history({"loss", "accuracy"});
///   history.add({0.51, 0.87});
class History {
 public:
  /// Throws an Error if there is no column, or a name is empty, given twice, or `epoch`, which numbers the rows. A
  /// training that is resumed has another first epoch than 1.
  explicit History(std::vector<std::string> columns, std::size_t first_epoch = 1);

  /// Appends an epoch, its numbers in the order of the columns. Throws an Error if there are more or fewer of them;
  /// then nothing has changed.
  void add(const std::vector<double>& numbers);

  /// How many epochs there are.
  std::size_t epochs() const { return values_.front().size(); }
  /// The number of the first of them.
  std::size_t first_epoch() const { return first_epoch_; }
  const std::vector<std::string>& columns() const& { return columns_; }
  std::vector<std::string> columns() && { return columns_; }
  /// The numbers of a column, one for each epoch. Throws an Error if there is no such column.
  const std::vector<double>& operator[](std::string_view column) const&;
  std::vector<double> operator[](std::string_view column) && { return std::as_const(*this)[column]; }

  /// The table as comma-separated values (RFC 4180, but with lines that end in \n): a line of names, then one for each
  /// epoch, each number with as many digits as bring it back exactly.
  std::string csv() const;
  /// Writes `csv()` to a file, whole or not at all. Throws an Error that names the file.
  void save_csv(const std::filesystem::path& file) const;

  /// The first line of `csv()`, without its end, and the line of an epoch, counted from 0.
  std::string csv_header() const;
  std::string csv_row(std::size_t index) const;

  /// The table as JSON, `{"epoch":[1,2],"loss":[0.5,0.25]}`; a number that is not finite is null.
  std::string json() const;
  /// Writes `json()` to a file, whole or not at all. Throws an Error that names the file.
  void save_json(const std::filesystem::path& file) const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<double>> values_;  ///< for each column
  std::size_t first_epoch_;
};

/// One of several trainings.
struct NamedHistory {
  std::string name;
  const History& history;
};

/// The columns of several trainings in one table, each under its training's name: `<name>_<column>`. Throws an Error if
/// there is none, their epochs differ, or the joined names do not differ.
History side_by_side(const std::vector<NamedHistory>& histories);

}  // namespace wengert::nn
