#pragma once

#include <autograd/base/markup.hpp>
#include <nn/training/report/report.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace wengert::nn {

/// The style sheet of a report.
std::string_view report_style();

/// A box that scrolls by itself, with the keyboard too, when its content is wider than the page.
std::string scroll_box(std::string_view name, const std::string& content);

std::string html_table(const Table& table);

/// Columns of numbers as rows with the number of the epoch. Each column is written in the way that suits its numbers.
Table epoch_table(const std::string& caption, const std::vector<Curve>& columns);

/// The panels as SVG, each with a description for those who cannot see it. `script` is a file for gnuplot's input,
/// which is removed again. `number` tells the figures of a page apart.
std::string html_figure(const Figure& figure, std::size_t number, const std::filesystem::path& script);

/// The numbers of the panels, for where there is no gnuplot.
std::string html_numbers(const Figure& figure);

}  // namespace wengert::nn
