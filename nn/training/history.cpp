#include <autograd/error.hpp>
#include <nn/training/history.hpp>
#include <nn/training/write_file.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace wengert::nn {
namespace {

/// A name as a cell: in quotes if it has to be.
std::string cell(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == std::string::npos) return name;
  std::string quoted = "\"";
  for (char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

History::History(std::vector<std::string> columns) : columns_(std::move(columns)), values_(columns_.size()) {
  require(!columns_.empty(), "History", "got no columns; expected names such as loss and accuracy");
  for (auto name = columns_.begin(); name != columns_.end(); ++name) {
    require(!name->empty() && *name != "epoch", "History",
            "a column cannot be called '{}'; expected a name other than epoch, which numbers the rows", *name);
    require(std::find(columns_.begin(), name, *name) == name, "History",
            "two columns are called '{}'; give each a name of its own", *name);
  }
}

void History::add(const std::vector<double>& numbers) {
  require(numbers.size() == columns_.size(), "History::add", "got {} numbers for epoch {}; expected {}: {}",
          numbers.size(), epochs() + 1, columns_.size(), fmt::join(columns_, ", "));
  for (std::vector<double>& column : values_) column.reserve(column.size() + 1);
  for (std::size_t i = 0; i < numbers.size(); ++i) values_[i].push_back(numbers[i]);
}

const std::vector<double>& History::operator[](std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  require(found != columns_.end(), "History", "there is no column '{}'; expected one of {}", column,
          fmt::join(columns_, ", "));
  return values_[static_cast<std::size_t>(found - columns_.begin())];
}

std::string History::csv() const {
  std::string text = "epoch";
  for (const std::string& name : columns_) text += "," + cell(name);
  for (std::size_t epoch = 0; epoch < epochs(); ++epoch) {
    text += fmt::format("\n{}", epoch + 1);
    for (const std::vector<double>& column : values_) text += fmt::format(",{}", column[epoch]);
  }
  return text + "\n";
}

void History::save_csv(const std::filesystem::path& file) const { write_file("History::save_csv", file, csv()); }

History side_by_side(const std::vector<NamedHistory>& histories) {
  std::vector<std::string> columns;
  for (const auto& [name, history] : histories) {
    require(history.epochs() == histories.front().history.epochs(), "side_by_side",
            "the trainings differ in length: got {} epochs of '{}' and {} of '{}'; expected as many of each",
            histories.front().history.epochs(), histories.front().name, history.epochs(), name);
    for (const std::string& column : history.columns()) columns.push_back(name + "_" + column);
  }
  History joined(std::move(columns));
  for (std::size_t epoch = 0; epoch < histories.front().history.epochs(); ++epoch) {
    std::vector<double> numbers;
    for (const auto& [name, history] : histories) {
      for (const std::string& column : history.columns()) numbers.push_back(history[column][epoch]);
    }
    joined.add(numbers);
  }
  return joined;
}

}  // namespace wengert::nn
