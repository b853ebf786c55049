#pragma once

#include <array>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace wengert::nn {

/// Numbers over the epochs 1, 2, ... A number that is not finite leaves a gap.
struct Curve {
  std::string label;
  std::vector<double> values;
  std::size_t colour = 0;  ///< which of the palette, whose colours are told apart by colour-blind eyes too
  bool dashed = false;
};

/// Curves over epochs, with what a reader needs to understand them.
struct Figure {
  std::string title;
  std::string y_label;
  std::vector<Curve> curves{};
  bool logarithmic = false;  ///< the y axis; numbers that are not positive leave a gap
  std::optional<std::array<double, 2>> y_range = std::nullopt;  ///< by the data if there is none
  std::string x_label = "epoch";
};

/// The figure as a gnuplot script, data included, which writes SVG to its standard output. Throws an Error if there is
/// no curve or one has nothing to show.
std::string gnuplot_script(const Figure& figure);

/// Writes the script as `<file>.gp`, `accuracy.gp` beside `accuracy.svg`, and has gnuplot draw the SVG. What gnuplot
/// complains about is shown on the standard error. Returns false, and says so on `messages`, if gnuplot is not
/// installed. Throws an Error if a file cannot be written or gnuplot fails; then a figure that was there is unchanged.
bool save_svg(const Figure& figure, const std::filesystem::path& file, std::ostream& messages);
/// The same with messages on the standard error.
bool save_svg(const Figure& figure, const std::filesystem::path& file);

}  // namespace wengert::nn
