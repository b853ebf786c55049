#include <autograd/base/error.hpp>
#include <datasets/formats/csv_columns.hpp>
#include <datasets/formats/csv_error.hpp>

#include <algorithm>

namespace wengert::datasets {
namespace {

std::size_t find(const std::string& file, const std::vector<std::string>& header, const Column& column,
                 std::string_view option) {
  const std::optional<std::size_t> place = column.place_in(header);
  require(place.has_value(), "to_dataset",
          "{} has no column {}: got the columns {}; expected one of them as {}; correct the name", file, column.text(),
          excerpts(header), option);
  return *place;
}

}  // namespace

std::optional<std::size_t> Column::place_in(const std::vector<std::string>& header) const {
  if (const int* place = std::get_if<int>(&what_)) {
    const auto count = static_cast<std::ptrdiff_t>(header.size());
    if (*place < -count || *place >= count) return std::nullopt;
    return static_cast<std::size_t>(*place < 0 ? *place + count : *place);
  }
  const auto found = std::find(header.begin(), header.end(), std::get<std::string>(what_));
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::string Column::text() const {
  if (const int* place = std::get_if<int>(&what_)) return fmt::format("{}", *place);
  return excerpt(std::get<std::string>(what_));
}

CsvColumns::CsvColumns(const std::string& file, const std::vector<std::string>& header, const CsvOptions& options)
    : uses(header.size(), options.input_columns.empty() ? Use::input : Use::none), places(header.size()) {
  const bool several = options.label_column || !options.target_columns.empty();
  require(!several || header.size() > 1, "to_dataset",
          "{} has 1 column; expected the label column and at least one feature; is the separator a comma?", file);
  const bool selected = !options.input_columns.empty();
  const auto set = [&](const Column& column, Use use, std::size_t place, std::string_view option) {
    const std::size_t found = find(file, header, column, option);
    Use& current = uses[found];
    require(current == Use::none || (current == Use::input && !selected), "to_dataset",
            "{}: the column {} has two uses; expected one among label_column, target_columns and input_columns; name "
            "it once",
            file, column.text());
    current = use;
    places[found] = place;
  };
  std::size_t place = 0;
  for (const Column& column : options.input_columns) set(column, Use::input, place++, "one of input_columns");
  if (options.label_column) set(*options.label_column, Use::label, 0, "label_column");
  place = 0;
  for (const Column& column : options.target_columns) set(column, Use::target, place++, "one of target_columns");
  place = 0;
  for (std::size_t i = 0; i < uses.size() && !selected; ++i) {
    if (uses[i] == Use::input) places[i] = place++;
  }
  require(count(Use::input) > 0, "to_dataset", "{}: no column is left for the inputs; expected at least one", file);
}

std::size_t CsvColumns::count(Use use) const {
  return static_cast<std::size_t>(std::count(uses.begin(), uses.end(), use));
}

std::vector<std::string> CsvColumns::input_names(const std::vector<std::string>& header) const {
  std::vector<std::string> names(count(Use::input));
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (uses[i] == Use::input) names[places[i]] = header[i];
  }
  return names;
}

}  // namespace wengert::datasets
