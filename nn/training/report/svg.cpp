#include <autograd/base/error.hpp>
#include <autograd/base/markup.hpp>
#include <autograd/base/unsigned_nan.hpp>
#include <nn/training/report/gnuplot.hpp>
#include <nn/training/report/svg.hpp>

#include <fmt/format.h>

#include <array>
#include <regex>

namespace wengert::nn {
namespace {

constexpr std::string_view canvas = "<g id=\"gnuplot_canvas\"";

/// A colour of gnuplot's drawings and what it becomes on a dark page.
struct DarkColour {
  std::string_view light, dark;
};
constexpr std::array dark_colours{DarkColour{"#ffffff", "#1c1f24"},        DarkColour{"rgb(32,32,32)", "#e6e8eb"},
                                  DarkColour{"rgb(64,64,64)", "#8b929d"},  DarkColour{"rgb(228,228,228)", "#2e3239"},
                                  DarkColour{"rgb(0,114,178)", "#56b1ee"}, DarkColour{"rgb(213,94,0)", "#ff8a47"},
                                  DarkColour{"rgb(0,158,115)", "#35c99b"}, DarkColour{"rgb(204,121,167)", "#e79cc4"},
                                  DarkColour{"rgb(230,159,0)", "#f2b632"}, DarkColour{"rgb(86,180,233)", "#a3dbfa"},
                                  DarkColour{"black", "#e6e8eb"}};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// A tag of gnuplot's in which every colour is written in one way, `rgb(0,114,178)`, so that a style sheet can find it.
std::string themed_tag(const std::string& tag) {
  static const std::regex colour(R"(rgb\( *(\d+), *(\d+), *(\d+)\))");
  return std::regex_replace(tag, colour, "rgb($1,$2,$3)");
}

/// Every tag of the drawing from `at` on after `change`, and what stands between them as it is.
template <class Change>
std::string with_tags(const std::string& drawing, std::size_t at, const Change& change) {
  std::string result;
  while (at < drawing.size()) {
    const bool tag = drawing[at] == '<';
    const std::size_t found = drawing.find(tag ? '>' : '<', at);
    const std::size_t end = found == std::string::npos ? drawing.size() : found + (tag ? 1 : 0);
    const std::string piece = drawing.substr(at, end - at);
    result += tag ? change(piece) : piece;
    at = end;
  }
  return result;
}

std::size_t place_of_canvas(const std::string& drawing) {
  const std::size_t at = drawing.find(canvas);
  require(at != std::string::npos, "figure",
          "gnuplot wrote something else than the SVG of version 5 or later; install such a version");
  return at;
}

/// Sets what is in the first element of a name. Not by a regular expression, to which `$1` in a title means something.
void set_content(std::string& svg, const std::string& element, const std::string& content) {
  const std::string opening = "<" + element + ">";
  const std::size_t begin = svg.find(opening), end = svg.find("</" + element + ">");
  if (begin == std::string::npos || end == std::string::npos) return;
  svg.replace(begin + opening.size(), end - begin - opening.size(), content);
}

/// What the figure is called: its own title, or those of its panels.
std::string title_of(const Figure& figure) {
  if (!figure.title.empty()) return figure.title;
  std::string title;
  for (const Panel& panel : figure.panels) title += (title.empty() ? "" : "; ") + panel.title;
  return title;
}

}  // namespace

std::string dark_style() {
  std::string rules = "@media screen and (prefers-color-scheme: dark) {\n";
  for (const auto& [light, dark] : dark_colours) {
    for (const char* property : {"stroke", "fill", "color"}) {
      rules += fmt::format("svg [{0}=\"{1}\" i] {{ {0}: {2}; }}\n", property, light, dark);
    }
  }
  return rules + "}\n";
}

std::string description(const Panel& panel) {
  std::string text = fmt::format("{}: {} by {}.", panel.title, panel.y_label, panel.x_label);
  for (const Curve& curve : panel.curves) {
    text += fmt::format(" {}: from {:.4g} to {:.4g}.", curve.label, base::unsigned_nan(curve.values.front()),
                        base::unsigned_nan(curve.values.back()));
  }
  return text;
}

std::string svg_file(const std::string& drawing, const Figure& figure) {
  const std::size_t body = place_of_canvas(drawing);
  std::string head = drawing.substr(0, body), descriptions;
  for (const Panel& panel : figure.panels) descriptions += (descriptions.empty() ? "" : " ") + description(panel);
  set_content(head, "title", base::escaped(title_of(figure)));
  set_content(head, "desc", base::escaped(descriptions));
  return head + "<style>\n" + dark_style() + "</style>\n" + with_tags(drawing, body, themed_tag);
}

std::string inline_svg(const std::string& drawing, const Panel& panel, const std::string& prefix) {
  const auto change = [&](std::string tag) {
    replace_all(tag, " id='", " id='" + prefix);
    replace_all(tag, " id=\"", " id=\"" + prefix);
    replace_all(tag, "xlink:href='#", "href='#" + prefix);
    return themed_tag(tag);
  };
  const auto [width, height] = page_size(panel);
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", width, height,
                     base::escaped(description(panel))) +
         with_tags(drawing, place_of_canvas(drawing), change);
}

}  // namespace wengert::nn
