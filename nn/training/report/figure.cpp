#include <autograd/base/error.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/training/report/figure.hpp>
#include <nn/training/report/gnuplot.hpp>

#include <fmt/format.h>

#include <iostream>

namespace wengert::nn {
namespace {

Drawing drawing_of(const std::filesystem::path& file) {
  if (file.extension() == ".svg") return Drawing::svg;
  require(file.extension() == ".png", "save_figure",
          "'{}' names neither SVG nor PNG; expected a name that ends in .svg or .png", file.string());
  return Drawing::png;
}

}  // namespace

bool save_figure(const std::vector<Panel>& panels, const std::filesystem::path& file, std::ostream& messages) {
  std::filesystem::path script = file;
  script += ".gp";
  base::write_file("save_figure", script, gnuplot_script(panels, drawing_of(file)));
  if (!has_gnuplot()) {
    messages << fmt::format("gnuplot is not installed, so {} is not drawn. Once it is: {} > {}\n", file.string(),
                            gnuplot_command(script), shell_word(file.string()));
    return false;
  }
  base::write_file("save_figure", file, run_gnuplot("save_figure", script));
  return true;
}

bool save_figure(const std::vector<Panel>& panels, const std::filesystem::path& file) {
  return save_figure(panels, file, std::cerr);
}

}  // namespace wengert::nn
