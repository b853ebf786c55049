#include <nn/training/figure.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <sstream>

#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;
using nn::Figure;

namespace {

Figure loss_figure() {
  return {.title = "Bob's `loss`",
          .y_label = "loss",
          .curves = {{.label = "train", .values = {1.0, 0.5, 0.25}, .dashed = true},
                     {.label = "test", .values = {1.0, std::numeric_limits<double>::quiet_NaN(), 0.5}, .colour = 1}}};
}

std::string part_from(const std::string& text, const std::string& begin) {
  const std::size_t at = text.find(begin);
  return at == std::string::npos ? "" : text.substr(at);
}

/// Sets an environment variable as long as it lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name), before_(std::getenv(name)) {
    setenv(name, value.c_str(), 1);
  }
  ~Environment() { setenv(name_, before_.c_str(), 1); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string before_;
};

/// A program called gnuplot, the only one on the path, which does what the script says.
void install_gnuplot(const std::filesystem::path& folder, const std::string& script) {
  write_text(folder / "gnuplot", "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(folder / "gnuplot", std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("the script of a figure has its texts, its data and its curves") {
  CHECK(part_from(nn::gnuplot_script(loss_figure()), "set title") ==
        "set title 'Bob''s `loss`' noenhanced font ',18'\n"
        "set xlabel 'epoch' noenhanced\n"
        "set ylabel 'loss' noenhanced\n"
        "set xrange [0.5:3.5]\n"
        "$curve0 << END\n1 1\n2 0.5\n3 0.25\nEND\n"
        "$curve1 << END\n1 1\n2 nan\n3 0.5\nEND\n"
        "plot $curve0 using 1:2 title 'train' with linespoints linecolor '#0072B2' linewidth 2 dashtype (12,6) "
        "pointtype 7 pointsize 0.4, \\\n"
        "     $curve1 using 1:2 title 'test' with linespoints linecolor '#D55E00' linewidth 2 dashtype 1 "
        "pointtype 7 pointsize 0.4\n");
}

TEST_CASE("a figure chooses its y axis, and a text cannot end its line") {
  Figure figure = loss_figure();
  figure.logarithmic = true;
  figure.y_range = {0.25, 1.0};
  figure.y_label = "loss\nset print";
  figure.curves[0].values[1] = 0.0;
  const std::string script = nn::gnuplot_script(figure);
  CHECK(script.find("set ylabel 'loss set print' noenhanced\n") != std::string::npos);
  CHECK(script.find("set logscale y\nset yrange [0.25:1]\n") != std::string::npos);
  CHECK(script.find("$curve0 << END\n1 1\n2 nan\n3 0.25\nEND\n") != std::string::npos);
}

TEST_CASE("a figure without a curve, or with one that has nothing to show, is refused") {
  CHECK_THROWS_AS(nn::gnuplot_script({.title = "empty", .y_label = ""}), Error);
  Figure figure = loss_figure();
  figure.curves[0].values = {0.0, -1.0};
  CHECK_NOTHROW(nn::gnuplot_script(figure));
  figure.logarithmic = true;
  CHECK(error_text([&] { nn::gnuplot_script(figure); }).find("the curve 'train' of 'Bob's `loss`'") !=
        std::string::npos);
  figure.curves[0].values.clear();
  CHECK_THROWS_AS(nn::gnuplot_script(figure), Error);
}

TEST_CASE("gnuplot draws the curves, whatever the folder and the texts are called") {
  if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) {
    MESSAGE("skipped: gnuplot is not installed");
    return;
  }
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "loss.svg";
  CHECK(nn::save_svg(loss_figure(), file));
  const std::string svg = text_of(file);
  CHECK(svg.find("<svg") != std::string::npos);
  CHECK(svg.find("Bob's `loss`") != std::string::npos);
  CHECK(svg.find(">train<") != std::string::npos);
  CHECK(svg.find("</svg>") != std::string::npos);
  CHECK(folder.files() == 2);  // the script too

  Figure single = loss_figure();
  single.curves = {{.label = "one epoch", .values = {0.5}}};
  CHECK(nn::save_svg(single, file));
}

TEST_CASE("without gnuplot the figure is not drawn, and the message says how to draw it later") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "loss.svg";
  std::ostringstream messages;
  const Environment no_programs("PATH", "");
  CHECK_FALSE(nn::save_svg(loss_figure(), file, messages));
  CHECK(messages.str().starts_with("gnuplot is not installed, so " + file.string() + " is not drawn. Once it is: "));
  CHECK(text_of(folder.path() / "loss.gp") == nn::gnuplot_script(loss_figure()));
  CHECK(folder.files() == 1);
}

TEST_CASE("where gnuplot fails the older figure stays") {
  const TemporaryFolder folder, programs;
  write_text(folder.path() / "loss.svg", "older");
  install_gnuplot(programs.path(), "echo '<svg'; exit 3");
  const Environment only_ours("PATH", programs.path().string());
  const std::string error = error_text([&] { nn::save_svg(loss_figure(), folder.path() / "loss.svg"); });
  CHECK_MESSAGE(error.starts_with("[save_svg] `gnuplot < "), error);
  CHECK(text_of(folder.path() / "loss.svg") == "older");
  CHECK(folder.files() == 2);
}

TEST_CASE("a figure that cannot be written is an error that names it") {
  const TemporaryFolder folder;
  write_text(folder.path() / "out", "kept");
  const std::string error = error_text([&] { nn::save_svg(loss_figure(), folder.path() / "out" / "loss.svg"); });
  CHECK(error.find((folder.path() / "out").string()) != std::string::npos);
  CHECK(folder.files() == 1);
  CHECK_THROWS_AS(nn::save_svg(loss_figure(), folder.path() / "loss.gp"), Error);
}
