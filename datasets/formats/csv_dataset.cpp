#include <autograd/base/error.hpp>
#include <datasets/formats/csv_error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace wengert::datasets {
namespace {

constexpr std::string_view operation = "to_dataset";
constexpr std::string_view blanks = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + excerpt(name);
  return text;
}

template <class T>
T parse_number(const Table& table, const Table::Row& row, std::size_t column) {
  const std::string& cell = row.cells[column];
  const auto refuse = [&](std::string_view what) {
    fail_at_cell(operation, table, row.line, column + 1, fmt::format("the cell {} {}", excerpt(cell), what));
  };
  std::string_view digits = trim(cell);
  if (digits.empty()) refuse("is empty; expected a number; fill it in or remove the row");
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    refuse(
        "is not a number; expected a decimal number such as -1.5e3 and nothing else; correct it or remove the column");
  }
  if (error == std::errc::result_out_of_range) {
    refuse(fmt::format("is out of range; expected zero or a magnitude from {} to {}; rescale the column{}",
                       std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
                       sizeof(T) < sizeof(double) ? " or read it as double" : ""));
  }
  if (!std::isfinite(number)) refuse("is not finite; expected a finite number; replace it or remove the row");
  return number;
}

std::size_t find_column(const Table& table, const std::string& name) {
  const auto found = std::find(table.header.begin(), table.header.end(), name);
  require(found != table.header.end(), operation,
          "{} has no column {}: got the columns {}; expected one of them as label_column; correct the name", table.name,
          excerpt(name), list(table.header));
  return static_cast<std::size_t>(found - table.header.begin());
}

std::optional<long long> to_integer(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::vector<std::string> sorted_classes(const Table& table, std::size_t column) {
  std::vector<std::string> names;
  for (const Table::Row& row : table.rows) names.push_back(row.cells[column]);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (std::all_of(names.begin(), names.end(), to_integer)) {
    std::stable_sort(names.begin(), names.end(),
                     [](const auto& a, const auto& b) { return to_integer(a) < to_integer(b); });
  }
  return names;
}

using LabelMap = std::map<std::string, std::size_t>;

LabelMap label_map(const std::vector<std::string>& class_names) {
  LabelMap labels;
  for (const std::string& name : class_names) {
    require(labels.emplace(name, labels.size()).second, operation,
            "the class {} is repeated in class_names: got {}; expected each class once; remove one", excerpt(name),
            list(class_names));
  }
  return labels;
}

std::size_t parse_label(const Table& table, const Table::Row& row, std::size_t column, const LabelMap& labels,
                        const std::vector<std::string>& class_names) {
  const std::string& cell = row.cells[column];
  const auto refuse = [&](std::string_view what) {
    fail_at_cell(operation, table, row.line, column + 1, fmt::format("the cell {} {}", excerpt(cell), what));
  };
  if (trim(cell).empty()) refuse("is empty; expected the name of a class; fill it in or remove the row");
  if (trim(cell).size() != cell.size())
    refuse("begins or ends with a blank; expected the bare name of a class; remove it");
  const auto found = labels.find(cell);
  if (found == labels.end()) {
    refuse(
        fmt::format("is not a known class; expected one of {}; correct it or extend class_names", list(class_names)));
  }
  return found->second;
}

void check_table(const Table& table) {
  require(!table.rows.empty(), operation, "{} has no rows below its header; expected at least one; add the data",
          table.name);
  require(table.header.size() >= 2, operation,
          "{} has {} column; expected the label column and at least one feature; is the separator a comma?", table.name,
          table.header.size());
  for (const Table::Row& row : table.rows) {
    if (row.cells.size() != table.header.size()) {
      fail_at_cell(operation, table, row.line, std::min(row.cells.size(), table.header.size()) + 1,
                   fmt::format("the row has {} cells; expected {} as in the header; complete the row", row.cells.size(),
                               table.header.size()));
    }
  }
}

}  // namespace

template <class T>
Dataset<T> to_dataset(const Table& table, const CsvOptions& options) {
  check_table(table);
  const std::size_t label_column = find_column(table, options.label_column);
  Dataset<T> dataset;
  dataset.inputs = empty<T>({table.rows.size(), table.header.size() - 1});  // (N, D)
  dataset.class_names = options.class_names.empty() ? sorted_classes(table, label_column) : options.class_names;
  dataset.feature_names = table.header;
  dataset.feature_names.erase(dataset.feature_names.begin() + static_cast<std::ptrdiff_t>(label_column));

  const LabelMap labels = label_map(dataset.class_names);
  T* input = dataset.inputs.data();
  for (const Table::Row& row : table.rows) {
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      if (column != label_column) *input++ = parse_number<T>(table, row, column);
    }
    dataset.labels.push_back(parse_label(table, row, label_column, labels, dataset.class_names));
  }
  return dataset;
}

template Dataset<float> to_dataset(const Table&, const CsvOptions&);
template Dataset<double> to_dataset(const Table&, const CsvOptions&);

}  // namespace wengert::datasets
