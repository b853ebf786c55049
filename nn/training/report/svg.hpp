#pragma once

#include <nn/training/report/panel.hpp>

#include <string>

// gnuplot's SVG made ours: with titles that say what is shown, and colours that follow the reader's system.

namespace wengert::nn {

/// The rules of a style sheet that give drawings other colours where the reader's system is dark.
std::string dark_style();

/// In words what the panel shows.
std::string description(const Panel& panel);

/// gnuplot's drawing of a figure as a file of its own: our title and description instead of gnuplot's name, colours by
/// a style sheet within it.
std::string svg_file(const std::string& drawing, const Figure& figure);

/// gnuplot's drawing of a panel without the head of its file, inside an `svg` element that belongs into a page.
/// `prefix` tells the names in it apart from those of other drawings.
std::string inline_svg(const std::string& drawing, const Panel& panel, const std::string& prefix);

}  // namespace wengert::nn
