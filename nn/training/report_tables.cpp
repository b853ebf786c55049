#include <nn/training/report_parts.hpp>

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

std::string html_row(const std::vector<std::string>& cells) {
  std::string html = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    html += i == 0 ? "<th scope=\"row\">" + escaped(cells[i]) + "</th>" : "<td>" + escaped(cells[i]) + "</td>";
  }
  return html + "</tr>\n";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string html;
  for (char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string scroll_box(std::string_view name, const std::string& content) {
  return fmt::format("<div class=\"scroll\" role=\"group\" aria-label=\"{}\" tabindex=\"0\">{}</div>\n", escaped(name),
                     content);
}

std::string html_table(const Table& table) {
  std::string html = fmt::format("<table>\n<caption>{}</caption>\n", escaped(table.caption));
  if (!table.header.empty()) html += "<thead><tr>";
  for (const std::string& name : table.header) html += fmt::format("<th scope=\"col\">{}</th>", escaped(name));
  if (!table.header.empty()) html += "</tr></thead>\n";
  html += "<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) html += html_row(row);
  return scroll_box(table.caption, html + "</tbody>\n</table>");
}

Table epoch_table(const std::string& caption, const std::vector<Curve>& columns) {
  Table table{.caption = caption, .header = {"epoch"}, .rows = {}};
  for (const auto& [label, values, colour, dashed] : columns) {
    const bool exponents = needs_exponents(values);
    while (table.rows.size() < values.size()) {
      table.rows.push_back({std::to_string(table.rows.size() + 1)});
      table.rows.back().resize(table.header.size());  // shorter columns before this one
    }
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      table.rows[i].push_back(
          i >= values.size() ? "" : fmt::format(fmt::runtime(exponents ? "{:.4e}" : "{:.5f}"), values[i]));
    }
    table.header.push_back(label);
  }
  return table;
}

}  // namespace wengert::nn
