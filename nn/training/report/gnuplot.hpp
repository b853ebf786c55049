#pragma once

#include <nn/training/report/panel.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::nn {

/// What gnuplot is to draw: a file of its own, or SVG without a background to stand within a page.
enum class Drawing { svg, png, page };

/// Width and height of a panel that stands within a page: a line of its own for each label.
std::array<std::size_t, 2> page_size(const Panel& panel);

/// The panels side by side as a gnuplot script, data included, which writes to its standard output. The size is by the
/// number of panels if it is zero. Throws an Error if `check_panels` does.
std::string gnuplot_script(const std::vector<Panel>& panels, Drawing drawing = Drawing::svg,
                           std::array<std::size_t, 2> size = {});

bool has_gnuplot();

/// The shell command that runs a script.
std::string gnuplot_command(const std::filesystem::path& script);

/// What gnuplot writes to its standard output for a script. Throws an Error in the name of `operation` if it fails;
/// why, gnuplot says on the standard error.
std::string run_gnuplot(std::string_view operation, const std::filesystem::path& script);

}  // namespace wengert::nn
