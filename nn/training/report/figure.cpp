#include <autograd/base/error.hpp>
#include <autograd/base/process.hpp>
#include <autograd/base/text.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/training/report/figure.hpp>
#include <nn/training/report/gnuplot.hpp>
#include <nn/training/report/svg.hpp>

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

bool save_figure(const Figure& figure, const std::filesystem::path& file, std::ostream& messages) {
  std::filesystem::path script = file;
  script += ".gp";
  const Drawing drawing = drawing_of(file);
  base::write_file("save_figure", script, gnuplot_script(figure.panels, drawing, figure.size));
  if (!has_gnuplot()) {
    messages << fmt::format("gnuplot is not installed, so {} is not drawn. Once it is: {} > {}\n",
                            base::printable(file.string()), base::printable(gnuplot_command(script)),
                            base::printable(base::shell_word(file.string())));
    return false;
  }
  const std::string drawn = run_gnuplot("save_figure", script);
  base::write_file("save_figure", file, drawing == Drawing::svg ? svg_file(drawn, figure) : drawn);
  return true;
}

bool save_figure(const std::vector<Panel>& panels, const std::filesystem::path& file, std::ostream& messages) {
  return save_figure(Figure{.title = "", .panels = panels}, file, messages);
}

bool save_figure(const std::vector<Panel>& panels, const std::filesystem::path& file) {
  return save_figure(panels, file, std::cerr);
}

bool save_figure(const Figure& figure, const std::filesystem::path& file) {
  return save_figure(figure, file, std::cerr);
}

}  // namespace wengert::nn
