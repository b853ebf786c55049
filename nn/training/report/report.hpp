#pragma once

#include <nn/training/history.hpp>
#include <nn/training/report/panel.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace wengert::nn {

/// Rows of texts under a header, the first cell of a row being its name.
struct Table {
  std::string caption;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows{};
};

/// A text that is shown as it is, line by line, such as the summary of a network.
struct Preformatted {
  std::string title;
  std::string text;
};

/// A picture in SVG, such as `array_svg(x)` makes.
struct Picture {
  std::string title;
  std::string description;  ///< for those who cannot see it
  std::string svg;
};

/// A run of a program as one page tells it. What is empty is left out.
struct Report {
  std::string title;
  std::vector<std::string> notes{};  ///< a paragraph each: what was done, what came out
  std::vector<Table> tables{};       ///< the final numbers, shown before the notes
  std::vector<Figure> figures{};     ///< the curves
  std::vector<Picture> pictures{};
  std::vector<NamedHistory> histories{};                             ///< the numbers of every epoch, folded up
  std::vector<std::pair<std::string, std::string>> configuration{};  ///< names and values
  std::vector<Preformatted> summaries{};
  std::vector<std::filesystem::path> files{};                 ///< what else was written, as links
  std::vector<std::pair<std::string, std::string>> origin{};  ///< when, where and by which command it was made
  bool interrupted = false;                                   ///< said first: what follows is not all
};

/// Writes the report as one HTML file that needs no other and no network: the curves are SVG within it, drawn by
/// gnuplot, or tables of numbers where that is not installed. Throws an Error if there is no title, a table's row has
/// not as many cells as its header, `check_panels` does, the file cannot be written or gnuplot fails; then a report
/// that was there is unchanged.
void save_report(const Report& report, const std::filesystem::path& file);

}  // namespace wengert::nn
