#pragma once

#include <nn/training/report/panel.hpp>

#include <filesystem>
#include <iosfwd>
#include <vector>

namespace wengert::nn {

/// Has gnuplot draw the panels side by side: SVG if the name of the file ends in .svg, PNG if it ends in .png. The SVG
/// has the colours of the reader's system, light or dark. The script is left beside it as `<file>.gp`: `loss.svg.gp`.
/// What gnuplot complains about is shown on the standard error. Returns false, and says so on `messages`, if gnuplot is
/// not installed. Throws an Error if the name ends in something else, `check_panels` does, a file cannot be written or
/// gnuplot fails; then a figure that was there is unchanged.
///   nn::save_figure(nn::loss_and_accuracy({{"with BN", with}, {"without BN", without}}), "out/curves.svg");
bool save_figure(const std::vector<Panel>& panels, const std::filesystem::path& file, std::ostream& messages);
bool save_figure(const Figure& figure, const std::filesystem::path& file, std::ostream& messages);
/// The same with messages on the standard error.
bool save_figure(const std::vector<Panel>& panels, const std::filesystem::path& file);
bool save_figure(const Figure& figure, const std::filesystem::path& file);

}  // namespace wengert::nn
