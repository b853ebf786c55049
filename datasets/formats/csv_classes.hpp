#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::datasets {

/// Numbers the classes of a column as their names come by, and puts them in order in the end.
class CsvClasses {
 public:
  /// Throws an Error in the name of `to_dataset` if a name is given twice. Without names every class is welcome.
  explicit CsvClasses(const std::vector<std::string>& names);

  /// The number of the class so far, or a text that says what is wrong with it.
  std::size_t number(std::string_view name, std::string& complaint);

  /// Gives the labels the numbers of the sorted classes, and returns the names of those that there are: integers as
  /// numbers, others as text.
  /// Returns those that were given as they are.
  std::vector<std::string> finish(std::vector<std::size_t>& labels) const;

  /// A name that is a number with decimals, as those of a regression; empty if there is none or names were given.
  std::string_view suspicious() const;

 private:
  bool given_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
};

}  // namespace wengert::datasets
