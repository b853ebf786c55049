#include <autograd/error.hpp>
#include <nn/training/figure.hpp>
#include <nn/training/write_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>

namespace wengert::nn {
namespace {

// Okabe and Ito (2008), "Color Universal Design", without the yellow, which is too light on white.
constexpr std::array palette{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"};

constexpr std::string_view settings =
    R"(set terminal svg size 800,520 dynamic font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set encoding utf8
set border 3 linecolor '#404040'
set tics nomirror out textcolor '#202020'
set grid linetype 1 linecolor '#e4e4e4' linewidth 1
set autoscale yfix
set offsets graph 0, graph 0, graph 0.03, graph 0.03
set key outside below center horizontal Left reverse noenhanced samplen 3 spacing 1.2 width 2
)";

/// A text as gnuplot's single-quoted string, in which nothing but the quote has a meaning.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) {
    if (c == '\'') result += "''";
    else result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return result + "'";
}

/// A file name as one word for the shell.
std::string shell_word(const std::string& name) {
  std::string result = "'";
  for (char c : name) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

bool shows(double value, const Figure& figure) { return std::isfinite(value) && (!figure.logarithmic || value > 0.0); }

/// The data of a curve, one line for each epoch.
std::string data_block(std::size_t index, const Curve& curve, const Figure& figure) {
  std::string text = fmt::format("$curve{} << END\n", index);
  for (std::size_t i = 0; i < curve.values.size(); ++i) {
    const double value = curve.values[i];
    text += fmt::format("{} {}\n", i + 1, shows(value, figure) ? value : std::numeric_limits<double>::quiet_NaN());
  }
  return text + "END\n";
}

std::string plot_clause(std::size_t index, const Curve& curve) {
  return fmt::format(
      "$curve{} using 1:2 title {} with linespoints linecolor '{}' linewidth 2 dashtype {} pointtype 7 pointsize 0.4",
      index, quoted(curve.label), palette[curve.colour % palette.size()], curve.dashed ? "(12,6)" : "1");
}

std::string axes(const Figure& figure) {
  std::size_t epochs = 2;  // of a single one gnuplot could make no range
  for (const Curve& curve : figure.curves) epochs = std::max(epochs, curve.values.size());
  std::string text =
      fmt::format("set title {} noenhanced font ',18'\nset xlabel {} noenhanced\nset ylabel {} noenhanced\n",
                  quoted(figure.title), quoted(figure.x_label), quoted(figure.y_label));
  text += fmt::format("set xrange [0.5:{}.5]\n", epochs);
  if (figure.logarithmic) text += "set logscale y\n";
  if (figure.y_range) text += fmt::format("set yrange [{}:{}]\n", (*figure.y_range)[0], (*figure.y_range)[1]);
  return text;
}

void check(const Figure& figure) {
  require(!figure.curves.empty(), "figure", "'{}' has no curve; expected one or more", figure.title);
  for (const Curve& curve : figure.curves) {
    const auto visible = [&](double value) { return shows(value, figure); };
    require(std::any_of(curve.values.begin(), curve.values.end(), visible), "figure",
            "the curve '{}' of '{}' has nothing to show: got {} numbers, none of which is finite{}; leave it out",
            curve.label, figure.title, curve.values.size(), figure.logarithmic ? " and positive" : "");
  }
}

bool has_gnuplot() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

/// What a shell command writes to its standard output. Throws an Error if it fails.
std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  require(pipe != nullptr, "save_svg", "`{}` cannot be started", command);
  std::string output;
  std::array<char, 4096> buffer;
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    output.append(buffer.data(), count);
  }
  require(pclose(pipe) == 0, "save_svg", "`{}` failed; what it wrote to the standard error says why", command);
  return output;
}

}  // namespace

std::string gnuplot_script(const Figure& figure) {
  check(figure);
  std::string text = std::string(settings) + axes(figure), plot = "plot ";
  for (std::size_t i = 0; i < figure.curves.size(); ++i) {
    text += data_block(i, figure.curves[i], figure);
    plot += (i == 0 ? "" : ", \\\n     ") + plot_clause(i, figure.curves[i]);
  }
  return text + plot + "\n";
}

bool save_svg(const Figure& figure, const std::filesystem::path& file, std::ostream& messages) {
  std::filesystem::path script = file;
  script.replace_extension(".gp");
  require(script != file, "save_svg", "'{}' is the name of the script; give the figure a name that ends in .svg",
          file.string());
  write_file("save_svg", script, gnuplot_script(figure));
  const std::string command = "gnuplot < " + shell_word(script.string());
  if (!has_gnuplot()) {
    messages << fmt::format("gnuplot is not installed, so {} is not drawn. Once it is: {} > {}\n", file.string(),
                            command, shell_word(file.string()));
    return false;
  }
  write_file("save_svg", file, output_of(command));
  return true;
}

bool save_svg(const Figure& figure, const std::filesystem::path& file) { return save_svg(figure, file, std::cerr); }

}  // namespace wengert::nn
