#include <autograd/base/error.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/training/report/gnuplot.hpp>
#include <nn/training/report/report.hpp>
#include <nn/training/report/report_parts.hpp>
#include <nn/training/report/svg.hpp>

#include <fmt/format.h>

namespace wengert::nn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view page = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{sections}</main>
</body>
</html>
)";

void check(const Report& report) {
  require(!report.title.empty(), "save_report", "the report has no title; give it one");
  for (const Table& table : report.tables) {
    for (const std::vector<std::string>& row : table.rows) {
      require(row.size() == table.header.size(), "save_report",
              "a row of '{}' has {} cells; expected {}, as many as its header", table.caption, row.size(),
              table.header.size());
    }
  }
  for (const Figure& figure : report.figures) check_panels("save_report", figure.panels);
}

std::string section(const char* title, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", title, content);
}

/// Boxes next to each other where there is room.
std::string beside(const std::string& boxes) {
  return boxes.empty() ? boxes : "<div class=\"beside\">\n" + boxes + "</div>\n";
}

std::string warning(const Report& report) {
  if (!report.interrupted) return {};
  return "<p class=\"interrupted\">The run was interrupted: this page shows what was complete by then.</p>\n";
}

std::string notes(const Report& report) {
  std::string html;
  for (const std::string& note : report.notes) html += fmt::format("<p>{}</p>\n", base::escaped(note));
  return html;
}

std::string tables(const Report& report) {
  std::string html;
  for (const Table& table : report.tables) html += html_table(table);
  return beside(html);
}

std::string figures(const Report& report, const fs::path& file) {
  if (report.figures.empty()) return {};
  const bool drawn = has_gnuplot();
  std::string html =
      drawn ? "" : "<p>gnuplot was not installed where this page was made, so the curves are tables of numbers.</p>\n";
  fs::path script = file;
  script += ".gp";
  for (std::size_t i = 0; i < report.figures.size(); ++i) {
    html += drawn ? html_figure(report.figures[i], i + 1, script) : html_numbers(report.figures[i]);
  }
  return html;
}

std::string histories(const Report& report) {
  std::string html;
  for (const auto& [name, history] : report.histories) {
    std::vector<Curve> columns;
    for (const std::string& column : history.columns()) {
      columns.push_back({.label = column, .values = history[column], .first_epoch = history.first_epoch()});
    }
    html += fmt::format("<details>\n<summary>{} <span>{} epoch{}</span></summary>\n{}</details>\n", base::escaped(name),
                        history.epochs(), history.epochs() == 1 ? "" : "s", html_table(epoch_table(name, columns)));
  }
  return html;
}

std::string pairs(const std::string& caption, const std::vector<std::pair<std::string, std::string>>& entries) {
  if (entries.empty()) return {};
  Table table{.caption = caption, .header = {}, .rows = {}};
  for (const auto& [name, value] : entries) table.rows.push_back({name, value});
  return html_table(table);
}

std::string set_up(const Report& report) {
  std::string html = pairs("Configuration", report.configuration);
  for (const auto& [title, text] : report.summaries) {
    html += scroll_box(title, fmt::format("<h3>{}</h3>\n<pre>{}</pre>", base::escaped(title), base::escaped(text)));
  }
  return beside(html);
}

/// A text as a part of an address, with everything encoded that could have a meaning in one.
std::string in_address(const std::string& text) {
  std::string address;
  for (char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (plain || std::string_view("/-._~").find(c) != std::string_view::npos) address += c;
    else address += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return address;
}

/// Pictures within the page, each with styles and names of its own.
std::string pictures(const Report& report) {
  std::string html;
  for (const Picture& picture : report.pictures) {
    html += fmt::format(
        "<figure>\n<figcaption>{}</figcaption>\n<img src=\"data:image/svg+xml,{}\" alt=\"{}\">\n</figure>\n",
        base::escaped(picture.title), in_address(picture.svg), base::escaped(picture.description));
  }
  return html;
}

std::string files(const Report& report, const fs::path& file) {
  std::string html;
  for (const fs::path& other : report.files) {
    const fs::path from_here = other.lexically_proximate(file.parent_path());
    html += fmt::format("<li><a href=\"{}\">{}</a></li>\n", in_address(from_here.generic_string()),
                        base::escaped(from_here.generic_string()));
  }
  return html.empty() ? html : "<ul>\n" + html + "</ul>\n";
}

}  // namespace

void save_report(const Report& report, const fs::path& file) {
  check(report);
  const std::string sections = warning(report) + section("Results", tables(report) + notes(report)) +
                               section("Curves", figures(report, file)) + section("Pictures", pictures(report)) +
                               section("Every epoch", histories(report)) + section("Set-up", set_up(report)) +
                               section("How this page was made", pairs("Origin", report.origin)) +
                               section("Files", files(report, file));
  base::write_file(
      "save_report", file,
      fmt::format(fmt::runtime(page), fmt::arg("title", base::escaped(report.title)),
                  fmt::arg("style", std::string(report_style()) + dark_style()), fmt::arg("sections", sections)));
}

}  // namespace wengert::nn
