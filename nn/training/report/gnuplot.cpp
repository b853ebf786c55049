#include <autograd/base/process.hpp>
#include <autograd/base/text.hpp>
#include <nn/training/report/gnuplot.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace wengert::nn {
namespace {

// Okabe and Ito (2008), "Color Universal Design", without the yellow, which is too light on white.
constexpr std::array palette{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"};

// Circle, square, triangle, diamond, and the triangle upside down, in gnuplot's numbers; one less, it is hollow.
constexpr std::array markers{7, 5, 9, 13, 11};

constexpr std::string_view settings = R"(set encoding utf8
set border 3 linecolor '#404040'
set tics nomirror out textcolor '#202020'
set grid linetype 1 linecolor '#e4e4e4' linewidth 1
set offsets graph 0, graph 0, graph 0.03, graph 0.03
set format y '%g'
)";

// A panel within a page is small, and the page tells its title.
constexpr std::string_view page_settings = R"(set tics scale 0.5
set xtics offset 0,0.5
set xlabel offset 0,1.25
set ylabel offset 1,0
set rmargin 2
set tmargin 0.5
)";

/// A text as gnuplot's single-quoted string, in which nothing but the quote has a meaning. Bytes that are no UTF-8 are
/// spelt out, or no browser could read the drawing.
std::string quoted(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  std::string result = "'";
  for (const char c : base::printable(text)) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

std::string terminal(Drawing drawing, const std::vector<Panel>& panels, std::array<std::size_t, 2> size) {
  if (size[0] == 0) size = {panels.size() == 1 ? 800 : 600 * panels.size(), 520};
  const auto [width, height] = size;
  switch (drawing) {
    case Drawing::svg:
      return fmt::format("svg size {},{} dynamic font 'Helvetica,Arial,sans-serif,15' background '#ffffff'", width,
                         height);
    case Drawing::png:  // as large as the SVG, at twice the resolution
      return fmt::format("pngcairo size {},{} font 'Helvetica,11' fontscale 2 linewidth 2 pointscale 2", 2 * width,
                         2 * height);
    case Drawing::page:
      break;
  }
  const auto [page_width, page_height] = page_size(panels.front());
  return fmt::format("svg size {},{} dynamic font 'system-ui,Helvetica,Arial,sans-serif,14'", page_width, page_height);
}

/// By how many letters the legend of a page is narrower than gnuplot takes it for: it complains, to the terminal, about
/// labels of more than 32 letters in so narrow a drawing, though there is room for more.
std::size_t letters_saved(const Panel& panel) {
  std::size_t longest = 0;
  for (const Curve& curve : panel.curves) longest = std::max(longest, base::display_width(curve.label));
  return std::max<std::size_t>(longest, 37) - 31;
}

/// Where the legend stands; below a drawing within a page, one label to a line, because that is narrow.
std::string legend(const Panel& panel, Drawing drawing) {
  std::string place =
      "outside below center horizontal Left reverse noenhanced samplen 3 spacing 1.2 width 2 maxcols auto";
  if (panel.legend == Legend::below && drawing == Drawing::page) {
    place = fmt::format(
        "outside below center horizontal Left reverse noenhanced samplen 2.5 spacing 1.1 width -{} maxcols 1",
        letters_saved(panel));
  } else if (panel.legend != Legend::below) {
    place =
        fmt::format("inside right {} vertical Left reverse noenhanced samplen 2 spacing 1.2 width 1 maxcols 1 opaque",
                    panel.legend == Legend::lower_right ? "bottom" : "top");
  }
  return "set key " + place + "\n";
}

double number_or_gap(const Panel& panel, double value) {
  return shows(panel, value) ? value : std::numeric_limits<double>::quiet_NaN();
}

/// The data of a curve, one line for each epoch.
std::string data_block(std::size_t index, const Curve& curve, const Panel& panel) {
  std::string text = fmt::format("$curve{} << END\n", index);
  for (std::size_t i = 0; i < curve.values.size(); ++i) {
    text += fmt::format("{} {}", curve.first_epoch + i, number_or_gap(panel, curve.values[i]));
    if (!curve.ranges.empty()) {
      const auto [low, high] = curve.ranges[i];
      text += fmt::format(" {} {}", number_or_gap(panel, low), number_or_gap(panel, high));
    }
    text += "\n";
  }
  return text + "END\n";
}

/// From one marker to the next: so many epochs that dashes are seen between them. With gaps, a number may stand alone.
std::size_t marker_interval(const Curve& curve, const Panel& panel) {
  const auto shown = [&](double value) { return shows(panel, value); };
  const bool gaps = !std::all_of(curve.values.begin(), curve.values.end(), shown);
  return gaps ? 1 : 1 + (curve.values.size() - 1) / 25;
}

std::string plot_clause(std::size_t index, const Curve& curve, const Panel& panel) {
  const bool bars = !curve.ranges.empty();
  return fmt::format(
      "$curve{} using {} title {} with {} linecolor '{}' linewidth {} dashtype {} pointtype {} pointsize {}{}", index,
      bars ? "1:2:3:4" : "1:2", quoted(curve.label), bars ? "yerrorlines" : "linespoints",
      palette[curve.colour % palette.size()], curve.dashed ? "1.5" : "2.5", curve.dashed ? "(10,4)" : "1",
      markers[curve.colour % markers.size()] - (curve.dashed ? 1 : 0), curve.dashed ? "0.6" : "0.5",
      bars ? "" : fmt::format(" pointinterval {}", marker_interval(curve, panel)));
}

/// The range of the y axis that was asked for, or one around curves that all stay at the same number: of that gnuplot
/// could make none.
std::optional<std::array<double, 2>> range_of(const Panel& panel) {
  if (panel.y_range) return panel.y_range;
  std::optional<double> same;
  for (const Curve& curve : panel.curves) {
    for (const double value : curve.values) {
      if (!shows(panel, value)) continue;
      if (same.value_or(value) != value) return std::nullopt;
      same = value;
    }
  }
  if (*same == 0.0) return std::array{-1.0, 1.0};
  const double margin = 0.1 * std::abs(*same);
  return std::array{*same - margin, *same + margin};
}

/// Where the x axis has marks, and what stands under them.
std::string x_marks(const Panel& panel, std::size_t epochs) {
  if (panel.places.empty()) return epochs < 8 ? "1" : "autofreq";
  std::string marks;
  for (std::size_t i = 0; i < panel.places.size(); ++i) {
    if (!panel.places[i].empty())
      marks += fmt::format("{}{} {}", marks.empty() ? "" : ", ", quoted(panel.places[i]), i + 1);
  }
  return "noenhanced (" + marks + ")";
}

std::string axes(const Panel& panel) {
  const auto [first, end] = epochs_of(panel.curves);
  const std::size_t epochs = std::max<std::size_t>(2, end - first);  // of a single one gnuplot could make no range
  std::string text =
      fmt::format("set title {} noenhanced font ',18'\nset xlabel {} noenhanced\nset ylabel {} noenhanced\n",
                  quoted(panel.title), quoted(panel.x_label), quoted(panel.y_label));
  const double left = static_cast<double>(first) - 0.5;
  text += fmt::format("set xrange [{}:{}]\nset xtics {}\n", left, left + static_cast<double>(epochs),
                      x_marks(panel, epochs));
  text += panel.logarithmic ? "set logscale y\n" : "unset logscale y\n";
  const std::optional<std::array<double, 2>> range = range_of(panel);
  if (!range) return text + "set autoscale yfix\n";
  return text + fmt::format("set yrange [{}:{}]\n", (*range)[0], (*range)[1]);
}

std::string panel_script(const Panel& panel, Drawing drawing) {
  std::string text = legend(panel, drawing) + axes(panel), plot = "plot ";
  for (std::size_t i = 0; i < panel.curves.size(); ++i) {
    text += data_block(i, panel.curves[i], panel);
    plot += (i == 0 ? "" : ", \\\n     ") + plot_clause(i, panel.curves[i], panel);
  }
  return text + plot + "\n";
}

}  // namespace

std::array<std::size_t, 2> page_size(const Panel& panel) { return {400, 285 + 20 * panel.curves.size()}; }

std::string gnuplot_script(const std::vector<Panel>& panels, Drawing drawing, std::array<std::size_t, 2> size) {
  check_panels("figure", panels);
  std::string text = fmt::format("set terminal {}\n{}{}", terminal(drawing, panels, size), settings,
                                 drawing == Drawing::page ? page_settings : "");
  if (panels.size() > 1) text += fmt::format("set multiplot layout 1,{}\n", panels.size());
  for (const Panel& panel : panels) text += panel_script(panel, drawing);
  return panels.size() > 1 ? text + "unset multiplot\n" : text;
}

bool has_gnuplot() { return base::has_program("gnuplot"); }

// In a locale without UTF-8 gnuplot complains about the symbols that its encoding has.
std::string gnuplot_command(const std::filesystem::path& script) {
  return "LC_ALL=C.UTF-8 gnuplot < " + base::shell_word(script.string());
}

std::string run_gnuplot(std::string_view operation, const std::filesystem::path& script) {
  return base::output_of(operation, gnuplot_command(script));
}

}  // namespace wengert::nn
