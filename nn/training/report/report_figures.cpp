#include <autograd/base/write_file.hpp>
#include <nn/training/report/gnuplot.hpp>
#include <nn/training/report/report_parts.hpp>
#include <nn/training/report/svg.hpp>

#include <fmt/format.h>

namespace wengert::nn {
namespace {

namespace fs = std::filesystem;

std::string draw(Panel panel, const fs::path& script) {
  panel.title.clear();  // it is a text of the page
  panel.legend = Legend::below;
  const base::TemporaryFile temporary(script);
  base::write_file("save_report", script, gnuplot_script({std::move(panel)}, Drawing::page));
  return run_gnuplot("save_report", script);
}

std::string figure_element(const Figure& figure, const std::string& content) {
  return fmt::format("<figure>\n<figcaption>{}</figcaption>\n<div class=\"panels\">\n{}</div>\n</figure>\n",
                     base::escaped(figure.title), content);
}

}  // namespace

std::string html_figure(const Figure& figure, std::size_t number, const fs::path& script) {
  std::string html;
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const Panel& panel = figure.panels[i];
    html += "<div>\n";
    if (!panel.title.empty() && panel.title != figure.title)
      html += fmt::format("<p>{}</p>\n", base::escaped(panel.title));
    html += inline_svg(draw(panel, script), panel, fmt::format("figure{}-{}-", number, i + 1)) + "</div>\n";
  }
  return figure_element(figure, html);
}

std::string html_numbers(const Figure& figure) {
  std::string html;
  for (const Panel& panel : figure.panels) html += html_table(epoch_table(panel.title, panel.curves));
  return figure_element(figure, html);
}

}  // namespace wengert::nn
