#include <autograd/base/error.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/training/report/gnuplot.hpp>
#include <nn/training/report/report_parts.hpp>

#include <fmt/format.h>

#include <regex>

namespace wengert::nn {
namespace {

namespace fs = std::filesystem;

/// In words what the panel shows.
std::string description(const Panel& panel) {
  std::string text = fmt::format("{}: {} by {}.", panel.title, panel.y_label, panel.x_label);
  for (const Curve& curve : panel.curves) {
    text += fmt::format(" {}: from {:.4g} to {:.4g}.", curve.label, curve.values.front(), curve.values.back());
  }
  return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// A tag of gnuplot's as it can stand in a page: its names are told apart from those of other drawings, and every
/// `rgb(  0, 114, 178)` is `var(--rgb-0-114-178,rgb(0,114,178))`, which the style sheet can set anew in the dark.
std::string in_page(std::string tag, const std::string& prefix) {
  replace_all(tag, " id='", " id='" + prefix);
  replace_all(tag, " id=\"", " id=\"" + prefix);
  replace_all(tag, "xlink:href='#", "href='#" + prefix);
  static const std::regex colour(R"(rgb\( *(\d+), *(\d+), *(\d+)\))");
  return std::regex_replace(tag, colour, "var(--rgb-$1-$2-$3,rgb($1,$2,$3))");
}

/// gnuplot's drawing without the head of its file, inside an `svg` of ours.
std::string inline_svg(const std::string& drawing, const Panel& panel, const std::string& prefix) {
  std::size_t at = drawing.find("<g id=\"gnuplot_canvas\"");
  require(at != std::string::npos, "save_report",
          "gnuplot wrote something else than the SVG of version 5 or later; install such a version");
  const auto [width, height] = page_size(panel);
  std::string html = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", width, height,
                                 base::escaped(description(panel)));
  while (at < drawing.size()) {
    const bool tag = drawing[at] == '<';
    const std::size_t found = drawing.find(tag ? '>' : '<', at);
    const std::size_t end = found == std::string::npos ? drawing.size() : found + (tag ? 1 : 0);
    const std::string piece = drawing.substr(at, end - at);
    html += tag ? in_page(piece, prefix) : piece;
    at = end;
  }
  return html;
}

/// A file that is removed when it has been used.
struct Temporary {
  fs::path file;
  ~Temporary() {
    std::error_code ignored;
    fs::remove(file, ignored);
  }
};

std::string draw(Panel panel, const fs::path& script) {
  panel.title.clear();  // it is a text of the page
  const Temporary temporary{script};
  base::write_file("save_report", script, gnuplot_script({panel}, Drawing::page));
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
    if (panel.title != figure.title) html += fmt::format("<p>{}</p>\n", base::escaped(panel.title));
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
