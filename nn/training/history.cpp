#include <autograd/base/error.hpp>
#include <autograd/base/unsigned_nan.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/training/history.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

History::History(std::vector<std::string> columns, std::size_t first_epoch)
    : columns_(std::move(columns)), values_(columns_.size()), first_epoch_(first_epoch) {
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
          numbers.size(), first_epoch_ + epochs(), columns_.size(), fmt::join(columns_, ", "));
  for (std::vector<double>& column : values_) column.reserve(column.size() + 1);
  for (std::size_t i = 0; i < numbers.size(); ++i) values_[i].push_back(numbers[i]);
}

const std::vector<double>& History::operator[](std::string_view column) const& {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  require(found != columns_.end(), "History", "there is no column '{}'; expected one of {}", column,
          fmt::join(columns_, ", "));
  return values_[static_cast<std::size_t>(found - columns_.begin())];
}

std::string History::csv_header() const {
  std::string text = "epoch";
  for (const std::string& name : columns_) text += "," + cell(name);
  return text;
}

std::string History::csv_row(std::size_t index) const {
  require(index < epochs(), "History::csv_row", "row {} was asked for, but there are {}", index, epochs());
  std::string text = std::to_string(first_epoch_ + index);
  for (const std::vector<double>& column : values_) text += fmt::format(",{}", base::unsigned_nan(column[index]));
  return text;
}

std::string History::csv() const {
  std::string text = csv_header() + "\n";
  for (std::size_t index = 0; index < epochs(); ++index) text += csv_row(index) + "\n";
  return text;
}

void History::save_csv(const std::filesystem::path& file) const { base::write_file("History::save_csv", file, csv()); }

std::string History::json() const {
  nlohmann::ordered_json table;
  table["epoch"] = nlohmann::ordered_json::array();
  for (std::size_t index = 0; index < epochs(); ++index) table["epoch"].push_back(first_epoch_ + index);
  for (std::size_t i = 0; i < columns_.size(); ++i) table[columns_[i]] = values_[i];
  return table.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void History::save_json(const std::filesystem::path& file) const {
  base::write_file("History::save_json", file, json());
}

History side_by_side(const std::vector<NamedHistory>& histories) {
  require(!histories.empty(), "side_by_side", "got no histories; expected one or more");
  std::vector<std::string> columns;
  for (const auto& [name, history] : histories) {
    require(history.epochs() == histories.front().history.epochs(), "side_by_side",
            "the trainings differ in length: got {} epochs of '{}' and {} of '{}'; expected as many of each",
            histories.front().history.epochs(), histories.front().name, history.epochs(), name);
    require(history.first_epoch() == histories.front().history.first_epoch(), "side_by_side",
            "'{}' begins with epoch {} and '{}' with epoch {}; expected the same epochs", histories.front().name,
            histories.front().history.first_epoch(), name, history.first_epoch());
    for (const std::string& column : history.columns()) columns.push_back(name + "_" + column);
  }
  History joined(std::move(columns), histories.front().history.first_epoch());
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
