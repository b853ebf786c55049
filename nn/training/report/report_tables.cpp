#include <autograd/base/unsigned_nan.hpp>
#include <nn/training/report/report_parts.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wengert::nn {
namespace {

/// Whether five decimals would hide what the numbers are.
bool needs_exponents(const std::vector<double>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(), [](double x) {
    return std::isfinite(x) && x != 0.0 && (std::abs(x) < 1e-4 || std::abs(x) >= 1e6);
  });
}

/// A row, each number with the name of its column, which stands beside it where the page is narrow.
std::string html_row(const std::vector<std::string>& cells, const std::vector<std::string>& header) {
  std::string html = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = base::escaped(cells[i]);
    if (i == 0) html += "<th scope=\"row\">" + text + "</th>";
    else if (header.empty()) html += "<td>" + text + "</td>";
    else html += fmt::format("<td data-label=\"{}\">{}</td>", base::escaped(header[i]), text);
  }
  return html + "</tr>\n";
}

}  // namespace

std::string scroll_box(std::string_view name, const std::string& content) {
  return fmt::format("<div class=\"scroll\" role=\"group\" aria-label=\"{}\" tabindex=\"0\">{}</div>\n",
                     base::escaped(name), content);
}

std::string html_table(const Table& table) {
  std::string html = fmt::format("<table{}>\n<caption>{}</caption>\n", table.header.empty() ? "" : " class=\"stacks\"",
                                 base::escaped(table.caption));
  if (!table.header.empty()) html += "<thead><tr>";
  for (const std::string& name : table.header) {
    html += name.empty() ? "<td></td>" : fmt::format("<th scope=\"col\">{}</th>", base::escaped(name));
  }
  if (!table.header.empty()) html += "</tr></thead>\n";
  html += "<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) html += html_row(row, table.header);
  return scroll_box(table.caption, html + "</tbody>\n</table>");
}

Table epoch_table(const std::string& caption, const std::vector<Curve>& columns) {
  const auto [first, end] = epochs_of(columns);
  Table table{.caption = caption, .header = {"epoch"}, .rows = {}};
  for (std::size_t epoch = first; epoch < end; ++epoch) table.rows.push_back({std::to_string(epoch)});
  for (const Curve& column : columns) {
    const char* const format = needs_exponents(column.values) ? "{:.4e}" : "{:.5f}";
    const std::size_t before = column.first_epoch - first;  // rows that the column does not have
    table.header.push_back(column.label);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const bool has = row >= before && row - before < column.values.size();
      table.rows[row].push_back(has ? fmt::format(fmt::runtime(format), base::unsigned_nan(column.values[row - before]))
                                    : "");
    }
  }
  return table;
}

}  // namespace wengert::nn
