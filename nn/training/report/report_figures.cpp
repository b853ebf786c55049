#include <autograd/base/write_file.hpp>
#include <nn/training/report/gnuplot.hpp>
#include <nn/training/report/report_parts.hpp>
#include <nn/training/report/svg.hpp>

#include <fmt/format.h>

namespace wengert::nn {
namespace {

namespace fs = std::filesystem;

std::string paragraph(std::string_view attributes, const std::string& text) {
  return text.empty() ? "" : fmt::format("<p{}>{}</p>\n", attributes, base::escaped(text));
}
const std::string_view as_note = " class=\"note\"";

std::string draw(Panel panel, const fs::path& script) {
  panel.title.clear();  // it is a text of the page
  panel.legend = Legend::below;
  const base::TemporaryFile temporary(script);
  base::write_file("save_report", script, gnuplot_script({std::move(panel)}, Drawing::page));
  return run_gnuplot("save_report", script);
}

std::string figure_element(const Figure& figure, const std::string& content) {
  return fmt::format("<figure>\n<figcaption>{}</figcaption>\n{}<div class=\"panels\">\n{}</div>\n</figure>\n",
                     base::escaped(figure.title), paragraph("", figure.text), content);
}

/// The numbers of a panel with what stands under its x axis.
Table number_table(const Panel& panel) {
  Table table = epoch_table(panel.title, panel.curves);
  if (panel.places.empty()) return table;
  table.header.front() = panel.x_label;
  const std::size_t first = epochs_of(panel.curves)[0];
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::size_t place = first + row;
    if (place >= 1 && place <= panel.places.size()) table.rows[row].front() = panel.places[place - 1];
  }
  return table;
}

}  // namespace

std::string html_figure(const Figure& figure, std::size_t number, const fs::path& script) {
  std::string html;
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const Panel& panel = figure.panels[i];
    html += "<div>\n";
    if (panel.title != figure.title) html += paragraph("", panel.title);
    html += inline_svg(draw(panel, script), panel, fmt::format("figure{}-{}-", number, i + 1));
    html += paragraph(as_note, panel.note) + "</div>\n";
  }
  return figure_element(figure, html);
}

std::string html_numbers(const Figure& figure) {
  std::string html;
  for (const Panel& panel : figure.panels) {
    const std::string table = html_table(number_table(panel));
    html += panel.note.empty() ? table : "<div>\n" + table + paragraph(as_note, panel.note) + "</div>\n";
  }
  return figure_element(figure, html);
}

}  // namespace wengert::nn
