#include <autograd/base/process.hpp>
#include <nn/training/report/figure.hpp>
#include <nn/training/report/gnuplot.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <sstream>

#include "../../error_text.hpp"
#include "gnuplot_environment.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;
using nn::Panel;

namespace {

Panel loss_panel() {
  return {.title = "Bob's `loss`",
          .y_label = "loss",
          .curves = {{.label = "train", .values = {1.0, 0.5, 0.25}, .dashed = true},
                     {.label = "test", .values = {1.0, std::numeric_limits<double>::quiet_NaN(), 0.5}, .colour = 1}}};
}

std::string part_from(const std::string& text, const std::string& begin) {
  const std::size_t at = text.find(begin);
  return at == std::string::npos ? "" : text.substr(at);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

}  // namespace

TEST_CASE("the script of a panel has its texts, its data and its curves") {
  CHECK(part_from(nn::gnuplot_script({loss_panel()}), "set title") ==
        "set title 'Bob''s `loss`' noenhanced font ',18'\n"
        "set xlabel 'epoch' noenhanced\n"
        "set ylabel 'loss' noenhanced\n"
        "set xrange [0.5:3.5]\n"
        "set xtics 1\n"
        "unset logscale y\n"
        "set autoscale yfix\n"
        "$curve0 << END\n1 1\n2 0.5\n3 0.25\nEND\n"
        "$curve1 << END\n1 1\n2 nan\n3 0.5\nEND\n"
        "plot $curve0 using 1:2 title 'train' with linespoints linecolor '#0072B2' linewidth 1.5 dashtype (10,4) "
        "pointtype 6 pointsize 0.6 pointinterval 1, \\\n"
        "     $curve1 using 1:2 title 'test' with linespoints linecolor '#D55E00' linewidth 2.5 dashtype 1 "
        "pointtype 5 pointsize 0.5 pointinterval 1\n");
}

TEST_CASE("the epochs of a training that was resumed are its own") {
  const Panel panel{.title = "", .y_label = "loss", .curves = {{.label = "a", .values = {1.0, 0.5}, .first_epoch = 4}}};
  const std::string script = nn::gnuplot_script({panel});
  CHECK(script.find("set xrange [3.5:5.5]\n") != std::string::npos);
  CHECK(script.find("$curve0 << END\n4 1\n5 0.5\nEND\n") != std::string::npos);
}

TEST_CASE("numbers that vary have bars, and a setting may stand where an epoch would") {
  const Panel panel{.title = "",
                    .y_label = "accuracy",
                    .curves = {{.label = "a", .values = {0.5, 0.75}, .ranges = {{{0.25, 1.0}, {0.75, 0.75}}}}},
                    .x_label = "learning rate",
                    .places = {"0.1", "", "it's 10"}};
  const std::string script = nn::gnuplot_script({panel});
  CHECK(script.find("set xtics noenhanced ('0.1' 1, 'it''s 10' 3)\n") != std::string::npos);
  CHECK(script.find("$curve0 << END\n1 0.5 0.25 1\n2 0.75 0.75 0.75\nEND\n") != std::string::npos);
  CHECK(
      script.find("plot $curve0 using 1:2:3:4 title 'a' with yerrorlines linecolor '#0072B2' linewidth 2.5 dashtype 1 "
                  "pointtype 7 pointsize 0.5\n") != std::string::npos);
  Panel wrong = panel;
  wrong.curves[0].ranges.pop_back();
  CHECK(error_text([&] { nn::gnuplot_script({wrong}); }) ==
        "[figure] the curve 'a' of '' has 2 numbers and 1 ranges; expected none or one for each");
}

TEST_CASE("a panel chooses its y axis, and a text cannot end its line") {
  Panel panel = loss_panel();
  panel.logarithmic = true;
  panel.y_range = {0.25, 1.0};
  panel.y_label = "loss\nset print";
  panel.curves[0].values[1] = 0.0;
  const std::string script = nn::gnuplot_script({panel});
  CHECK(script.find("set ylabel 'loss set print' noenhanced\n") != std::string::npos);
  CHECK(script.find("set logscale y\nset yrange [0.25:1]\n") != std::string::npos);
  CHECK(script.find("$curve0 << END\n1 1\n2 nan\n3 0.25\nEND\n") != std::string::npos);
}

TEST_CASE("training and validation differ in marker, width and dash, not in a dash alone") {
  Panel panel = loss_panel();
  panel.curves[1] = panel.curves[0];
  panel.curves[1].dashed = false;
  const std::string script = nn::gnuplot_script({panel});
  CHECK(script.find("linewidth 1.5 dashtype (10,4) pointtype 6 ") != std::string::npos);
  CHECK(script.find("linewidth 2.5 dashtype 1 pointtype 7 ") != std::string::npos);
}

TEST_CASE("a panel chooses the place of its legend, a figure its size, and the first epoch may be 0") {
  Panel panel = loss_panel();
  panel.legend = nn::Legend::lower_right;
  for (nn::Curve& curve : panel.curves) curve.first_epoch = 0;
  const std::string script = nn::gnuplot_script({panel}, nn::Drawing::svg, {1000, 600});
  CHECK(script.starts_with("set terminal svg size 1000,600 "));
  CHECK(script.find("set key inside right bottom vertical ") != std::string::npos);
  CHECK(script.find("set xrange [-0.5:2.5]\n") != std::string::npos);
  CHECK(script.find("$curve0 << END\n0 1\n1 0.5\n2 0.25\nEND\n") != std::string::npos);
  panel.legend = nn::Legend::upper_right;
  CHECK(nn::gnuplot_script({panel}).find("set key inside right top vertical ") != std::string::npos);
}

TEST_CASE("several panels stand side by side, each with axes of its own") {
  Panel logarithmic = loss_panel();
  logarithmic.logarithmic = true;
  logarithmic.y_range = {0.1, 1.0};
  const std::string script = nn::gnuplot_script({logarithmic, loss_panel()});
  CHECK(script.starts_with("set terminal svg size 1200,520 "));
  CHECK(count(script, "set multiplot layout 1,2\n") == 1);
  CHECK(count(script, "\nplot ") == 2);
  CHECK(part_from(script, "unset logscale y\nset autoscale yfix\n") != "");
  CHECK(script.ends_with("unset multiplot\n"));
  CHECK(nn::gnuplot_script({loss_panel()}).find("multiplot") == std::string::npos);
}

TEST_CASE("the markers of long curves leave room for dashes, unless a number may stand alone") {
  Panel panel = loss_panel();
  panel.curves[0].values.assign(100, 0.5);
  panel.curves[1].values.assign(100, 0.5);
  panel.curves[1].values[7] = std::numeric_limits<double>::infinity();
  const std::string script = nn::gnuplot_script({panel});
  CHECK(part_from(script, "title 'train'").find("pointinterval 4,") < part_from(script, "title 'train'").find('\n'));
  CHECK(script.ends_with("pointinterval 1\n"));
}

TEST_CASE("a figure without a panel, without a curve, or with one that has nothing to show, is refused") {
  CHECK_THROWS_AS(nn::gnuplot_script({}), Error);
  CHECK_THROWS_AS(nn::gnuplot_script({loss_panel(), Panel{.title = "empty", .y_label = ""}}), Error);
  Panel panel = loss_panel();
  panel.curves[0].values = {0.0, -1.0};
  CHECK_NOTHROW(nn::gnuplot_script({panel}));
  panel.logarithmic = true;
  CHECK(error_text([&] { nn::gnuplot_script({panel}); }).find("the curve 'train' of 'Bob's `loss`'") !=
        std::string::npos);
  panel.curves[0].values.clear();
  CHECK_THROWS_AS(nn::gnuplot_script({panel}), Error);
}

TEST_CASE("curves that stay at one number have a range around it, which gnuplot would not find") {
  const auto script_of = [](std::vector<double> values) {
    const nn::Panel panel{.title = "t", .y_label = "y", .curves = {{.label = "a", .values = std::move(values)}}};
    return nn::gnuplot_script({panel}, nn::Drawing::svg);
  };
  CHECK(script_of({0.5, 0.5}).find("set yrange [0.45:0.55]\n") != std::string::npos);
  CHECK(script_of({0.0}).find("set yrange [-1:1]\n") != std::string::npos);
  CHECK(script_of({-2.0, -2.0}).find("set yrange [-2.2:-1.8]\n") != std::string::npos);
  CHECK(script_of({0.5, 0.25}).find("set autoscale yfix\n") != std::string::npos);
}

TEST_CASE("gnuplot draws SVG, whatever the folder and the texts are called") {
  if (!gnuplot_is_installed()) {
    MESSAGE("skipped: gnuplot is not installed");
    return;
  }
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "loss.svg";
  Panel second = loss_panel();
  second.title = "second";
  CHECK(nn::save_figure({loss_panel(), second}, file));
  const std::string svg = text_of(file);
  CHECK(svg.find("<svg") != std::string::npos);
  CHECK(svg.find("Bob's `loss`") != std::string::npos);
  CHECK(svg.find(">second<") != std::string::npos);
  CHECK(svg.find("<title>Bob&#39;s `loss`; second</title>") != std::string::npos);
  CHECK(svg.find("<desc>Bob&#39;s `loss`: loss by epoch. train: from 1 to 0.25.") != std::string::npos);
  CHECK(count(svg, "nuplot") == count(svg, "\"gnuplot_canvas\"") + count(svg, "=\"gnuplot_plot_"));
  CHECK(svg.find("prefers-color-scheme: dark") != std::string::npos);
  CHECK(svg.find("svg [stroke=\"rgb(0,114,178)\" i] { stroke: #56b1ee; }") != std::string::npos);
  CHECK(svg.find("stroke='rgb(0,114,178)'") != std::string::npos);
  CHECK(count(svg, "<title>train</title>") == 2);
  CHECK(svg.find("</svg>") != std::string::npos);
  CHECK(folder.files() == 2);  // the script too

  Panel single = loss_panel();
  single.curves = {{.label = "one epoch", .values = {0.5}}};
  CHECK(nn::save_figure({single}, file));
}

TEST_CASE("a title with signs of regular expressions or of terminals is in the SVG as it is") {
  if (!gnuplot_is_installed()) return;
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "loss.svg";
  CHECK(nn::save_figure(nn::Figure{.title = "$1 & $& of\x1b[1m $$2", .panels = {loss_panel()}}, file));
  CHECK(text_of(file).find("<title>$1 &amp; $&amp; of\uFFFD[1m $$2</title>") != std::string::npos);
}

TEST_CASE("gnuplot has nothing to say of long labels in the narrow drawings of a page") {
  if (!gnuplot_is_installed()) return;
  const TemporaryFolder folder;
  for (std::size_t letters = 20; letters < 80; letters += 3) {
    CAPTURE(letters);
    Panel panel = loss_panel();
    panel.curves[1].label = std::string(letters, 'n');
    write_text(folder.path() / "page.gp", nn::gnuplot_script({panel}, nn::Drawing::page));
    const std::string command = nn::gnuplot_command(folder.path() / "page.gp") + " 2>&1 >/dev/null";
    CHECK(base::output_of("test", command) == "");
  }
}

TEST_CASE("gnuplot draws PNG where the name ends in .png") {
  if (!gnuplot_is_installed()) {
    MESSAGE("skipped: gnuplot is not installed");
    return;
  }
  const TemporaryFolder folder;
  CHECK(nn::save_figure({loss_panel(), loss_panel()}, folder.path() / "loss.png"));
  const std::string png = text_of(folder.path() / "loss.png");
  CHECK(png.starts_with("\x89PNG\r\n\x1a\n"));
  CHECK(png.substr(16, 8) == std::string("\0\0\x09\x60\0\0\x04\x10", 8));  // 2400 x 1040
}

TEST_CASE("a figure that is to be neither SVG nor PNG is refused before anything is written") {
  const TemporaryFolder folder;
  for (const char* name : {"loss.pdf", "loss.gp", "loss", "svg"}) {
    const std::string error = error_text([&] { nn::save_figure({loss_panel()}, folder.path() / name); });
    CHECK_MESSAGE(error.find("expected a name that ends in .svg or .png") != std::string::npos, error);
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("without gnuplot the figure is not drawn, and the message says how to draw it later") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "loss.png";
  std::ostringstream messages;
  const Environment no_programs("PATH", "");
  CHECK_FALSE(nn::save_figure({loss_panel()}, file, messages));
  CHECK(messages.str().starts_with("gnuplot is not installed, so " + file.string() + " is not drawn. Once it is: "));
  CHECK(text_of(folder.path() / "loss.png.gp") == nn::gnuplot_script({loss_panel()}, nn::Drawing::png));
  CHECK(folder.files() == 1);
}

TEST_CASE("where gnuplot fails the older figure stays") {
  const TemporaryFolder folder, programs;
  write_text(folder.path() / "loss.svg", "older");
  install_gnuplot(programs.path(), "echo '<svg'; exit 3");
  const Environment only_ours("PATH", programs.path().string());
  const std::string error = error_text([&] { nn::save_figure({loss_panel()}, folder.path() / "loss.svg"); });
  CHECK_MESSAGE(error.starts_with("[save_figure] `LC_ALL=C.UTF-8 gnuplot < "), error);
  CHECK(text_of(folder.path() / "loss.svg") == "older");
  CHECK(folder.files() == 2);
}

TEST_CASE("a figure that cannot be written is an error that names it") {
  const TemporaryFolder folder;
  write_text(folder.path() / "out", "kept");
  const std::string error = error_text([&] { nn::save_figure({loss_panel()}, folder.path() / "out" / "loss.svg"); });
  CHECK(error.find((folder.path() / "out").string()) != std::string::npos);
  CHECK(folder.files() == 1);
}

TEST_CASE("names that are no UTF-8 and numbers at the end of the range do not spoil a figure") {
  constexpr double largest = std::numeric_limits<double>::max();
  const nn::Panel panel{
      .title = "bad \xff", .y_label = "\xc3", .curves = {{.label = "a\xfe", .values = {1.0, largest, -largest, 2.0}}}};
  const std::string script = nn::gnuplot_script({panel}, nn::Drawing::svg);
  CHECK(script.find("'bad \\xff'") != std::string::npos);
  CHECK(script.find("title 'a\\xfe'") != std::string::npos);
  CHECK(script.find("1 1\n2 nan\n3 nan\n4 2\n") != std::string::npos);
  CHECK(script.find_first_of("\xff\xfe\xc3") == std::string::npos);
}
