#include <nn/training/report/report.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <set>

#include "../../error_text.hpp"
#include "gnuplot_environment.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;
using nn::History;
using nn::Report;

namespace {

History short_history() {
  History history({"loss", "learning_rate"});
  history.add({0.5, 1e-3});
  history.add({0.25, 2.5e-5});
  history.add({std::numeric_limits<double>::quiet_NaN(), 0.0});
  return history;
}

nn::Panel panel_of(const std::string& title, const History& history) {
  return {.title = title, .y_label = "loss", .curves = {{.label = "training", .values = history["loss"]}}};
}

Report report_of(const History& history) {
  return {.title = "Iris",
          .notes = {"It learns."},
          .tables = {{.caption = "At the end", .header = {"network", "loss"}, .rows = {{"plain", "0.25"}}}},
          .figures = {{"Loss", {panel_of("Loss", history), panel_of("The same", history)}}},
          .histories = {{"plain", history}},
          .configuration = {{"seed", "0"}},
          .summaries = {{"Network", "Linear  (N, 3)\ntotal   15"}},
          .files = {}};
}

/// Writes the report into the folder and reads it.
std::string html_of(const Report& report, const TemporaryFolder& folder) {
  nn::save_report(report, folder.path() / "report.html");
  return text_of(folder.path() / "report.html");
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The values of an attribute, in both kinds of quotes.
std::vector<std::string> values_of(const std::string& html, const std::string& attribute) {
  std::vector<std::string> values;
  const std::string begin = " " + attribute + "=";
  for (std::size_t at = 0; (at = html.find(begin, at)) != std::string::npos;) {
    at += begin.size() + 1;
    values.push_back(html.substr(at, html.find(html[at - 1], at) - at));
  }
  return values;
}

}  // namespace

TEST_CASE("a report is one page with all that it was given, the results first") {
  const TemporaryFolder folder;
  const Environment no_programs("PATH", "");
  const History history = short_history();
  const std::string html = html_of(report_of(history), folder);
  CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n"));
  CHECK(html.ends_with("</html>\n"));
  std::size_t last = 0;
  for (const char* part :
       {"<title>Iris</title>", "<h1>Iris</h1>", "<caption>At the end</caption>",
        "<thead><tr><th scope=\"col\">network</th><th scope=\"col\">loss</th></tr></thead>",
        "<tr><th scope=\"row\">plain</th><td data-label=\"loss\">0.25</td></tr>", "<p>It learns.</p>",
        "<figcaption>Loss</figcaption>", "<summary>plain <span>3 epochs</span></summary>",
        "<tr><th scope=\"row\">seed</th><td>0</td></tr>", "<h3>Network</h3>\n<pre>Linear  (N, 3)\ntotal   15</pre>"}) {
    const std::size_t at = html.find(part);
    CHECK_MESSAGE(at != std::string::npos, part);
    CHECK_MESSAGE(at > last, part);
    last = at;
  }
  CHECK_FALSE(has(html, "http"));
  CHECK_FALSE(has(html, "<script"));
  CHECK(folder.files() == 1);
}

TEST_CASE("every number of a history is in the report, small ones with exponents") {
  const TemporaryFolder folder;
  const Environment no_programs("PATH", "");
  const History history = short_history();
  Report report = report_of(history);
  report.figures.clear();
  const std::string html = html_of(report, folder);
  CHECK(has(html,
            "<tr><th scope=\"row\">1</th><td data-label=\"loss\">0.50000</td><td "
            "data-label=\"learning_rate\">1.0000e-03</td></tr>\n"
            "<tr><th scope=\"row\">2</th><td data-label=\"loss\">0.25000</td><td "
            "data-label=\"learning_rate\">2.5000e-05</td></tr>\n"
            "<tr><th scope=\"row\">3</th><td data-label=\"loss\">nan</td><td "
            "data-label=\"learning_rate\">0.0000e+00</td></tr>\n"));
  CHECK_FALSE(has(html, "gnuplot"));
}

TEST_CASE("without gnuplot the report says so and has the numbers of the curves") {
  const TemporaryFolder folder;
  const Environment no_programs("PATH", "");
  const History history = short_history();
  Report report = report_of(history);
  report.figures[0].panels[0].curves.push_back({.label = "validation", .values = {0.75}});
  const std::string html = html_of(report, folder);
  CHECK(has(html, "<p>gnuplot was not installed where this page was made, so the curves are tables of numbers.</p>"));
  CHECK(has(html, "<th scope=\"col\">epoch</th><th scope=\"col\">training</th><th scope=\"col\">validation</th>"));
  CHECK(has(html,
            "<tr><th scope=\"row\">1</th><td data-label=\"training\">0.50000</td><td "
            "data-label=\"validation\">0.75000</td></tr>\n"
            "<tr><th scope=\"row\">2</th><td data-label=\"training\">0.25000</td><td "
            "data-label=\"validation\"></td></tr>\n"));
  CHECK_FALSE(has(html, "<svg"));
}

TEST_CASE("a figure has its text above its panels, and a panel its note and its places") {
  const TemporaryFolder folder;
  const Environment no_programs("PATH", "");
  Report report{.title = "Settings"};
  report.figures = {{.title = "Depth",
                     .panels = {{.title = "Deeper",
                                 .y_label = "accuracy",
                                 .curves = {{.label = "mean", .values = {0.5, 0.25}}},
                                 .x_label = "layers",
                                 .places = {"2", "20"},
                                 .note = "20 < 2 & so on."}},
                     .text = "\"Any depth\""}};
  const std::string html = html_of(report, folder);
  CHECK(has(html, "<figcaption>Depth</figcaption>\n<p>&quot;Any depth&quot;</p>\n<div class=\"panels\">"));
  CHECK(has(html, "<th scope=\"col\">layers</th><th scope=\"col\">mean</th>"));
  CHECK(has(html, "<tr><th scope=\"row\">20</th><td data-label=\"mean\">0.25000</td></tr>"));
  CHECK(has(html, "<p class=\"note\">20 &lt; 2 &amp; so on.</p>"));
}

TEST_CASE("the tables of a training that was resumed count its epochs, beside one that was not") {
  const TemporaryFolder folder;
  const Environment no_programs("PATH", "");
  History resumed({"loss"}, 2);
  resumed.add({0.5});
  Report report{.title = "Resumed", .histories = {{"resumed", resumed}}};
  report.figures = {{"Loss",
                     {{.title = "Loss",
                       .y_label = "loss",
                       .curves = {{.label = "resumed", .values = {0.5}, .first_epoch = 2},
                                  {.label = "whole", .values = {1.0, 0.75}}}}}}};
  const std::string html = html_of(report, folder);
  CHECK(has(html, "<tbody>\n<tr><th scope=\"row\">2</th><td data-label=\"loss\">0.50000</td></tr>\n</tbody>"));
  CHECK(has(html,
            "<tr><th scope=\"row\">1</th><td data-label=\"resumed\"></td><td data-label=\"whole\">1.00000</td></tr>\n"
            "<tr><th scope=\"row\">2</th><td data-label=\"resumed\">0.50000</td><td "
            "data-label=\"whole\">0.75000</td></tr>\n"));
}

TEST_CASE("a report says first that it was interrupted, and where it comes from") {
  const TemporaryFolder folder;
  const Environment no_programs("PATH", "");
  const History history = short_history();
  Report report = report_of(history);
  CHECK_FALSE(has(html_of(report, folder), "The run was interrupted"));
  report.interrupted = true;
  report.origin = {{"date", "2026-01-31 12:00"}, {"command", "./iris --epochs 3"}};
  const std::string html = html_of(report, folder);
  CHECK(html.find("The run was interrupted") < html.find("<caption>At the end"));
  CHECK(has(html, "<tr><th scope=\"row\">command</th><td>./iris --epochs 3</td></tr>"));
}

TEST_CASE("the curves are SVG within the page, with a description and names of their own") {
  if (!gnuplot_is_installed()) {
    MESSAGE("skipped: gnuplot is not installed");
    return;
  }
  const TemporaryFolder folder;
  const History history = short_history();
  const std::string html = html_of(report_of(history), folder);
  CHECK(has(html,
            "<svg viewBox=\"0 0 400 305\" role=\"img\" aria-label=\"The same: loss by epoch. "
            "training: from 0.5 to nan.\">\n<g id=\"figure1-2-gnuplot_canvas\">"));
  CHECK(has(html, "svg [stroke=\"rgb(0,114,178)\" i] { stroke: #56b1ee; }"));
  CHECK(has(html, "<title>training</title>"));
  const std::vector<std::string> ids = values_of(html, "id");
  const std::set<std::string> different(ids.begin(), ids.end());
  CHECK(ids.size() > 2);
  CHECK(different.size() == ids.size());
  for (const std::string& address : values_of(html, "href")) CHECK_MESSAGE(different.count(address.substr(1)), address);
  CHECK_FALSE(has(html, "http"));
  CHECK_FALSE(has(html, "<script"));
  CHECK_FALSE(has(html, "<?xml"));
  CHECK(folder.files() == 1);  // the scripts of the curves are gone
}

TEST_CASE("no text of a report is taken for HTML") {
  const TemporaryFolder folder;
  const std::string bad = "<script>\"'&x";
  History history({bad});
  history.add({0.5});
  const nn::Panel panel{
      .title = bad, .y_label = bad, .curves = {{.label = bad, .values = {0.5, 0.25}}}, .x_label = bad};
  const Report report{.title = bad,
                      .notes = {bad},
                      .tables = {{.caption = bad, .header = {bad, bad}, .rows = {{bad, bad}}}},
                      .figures = {{bad + "figure", {panel}}},
                      .pictures = {{bad, bad, bad}},
                      .histories = {{bad, history}},
                      .configuration = {{bad, bad}},
                      .summaries = {{bad, bad}},
                      .files = {folder.path() / "<script>"}};
  const auto check = [&] {
    const std::string html = html_of(report, folder);
    CHECK_FALSE(has(html, "<script"));
    CHECK_FALSE(has(html, "&x"));
    CHECK(has(html, "<h1>&lt;script&gt;&quot;&#39;&amp;x</h1>"));
    CHECK(has(html, "<li><a href=\"%3Cscript%3E\">&lt;script&gt;</a></li>"));
  };
  check();
  const Environment no_programs("PATH", "");
  check();
}

TEST_CASE("a picture is an image within the page, with a description") {
  const TemporaryFolder folder;
  const std::string html = html_of({.title = "Iris", .pictures = {{"Graph", "one box", "<svg a=\"#1\"/>"}}}, folder);
  CHECK(has(html,
            "<h2>Pictures</h2>\n<figure>\n<figcaption>Graph</figcaption>\n"
            "<img src=\"data:image/svg+xml,%3Csvg%20a%3D%22%231%22/%3E\" alt=\"one box\">\n</figure>\n"));
}

TEST_CASE("files are links from where the report is") {
  const TemporaryFolder folder;
  const Report report{.title = "Iris",
                      .files = {folder.path() / "history 1.csv", folder.path() / "figures" / "loss.svg", "data:x"}};
  const std::string html = html_of(report, folder);
  CHECK(has(html, "<a href=\"history%201.csv\">history 1.csv</a>"));
  CHECK(has(html, "<a href=\"figures/loss.svg\">figures/loss.svg</a>"));
  CHECK(has(html, "<a href=\"data%3Ax\">data:x</a>"));
}

TEST_CASE("a report that is empty or does not fit together is refused before anything is written") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "report.html";
  CHECK_THROWS_AS(nn::save_report({.title = ""}, file), Error);
  CHECK_THROWS_AS(nn::save_report({.title = "Iris", .figures = {{"empty", {}}}}, file), Error);
  const Report ragged{.title = "Iris", .tables = {{.caption = "At the end", .header = {"a", "b"}, .rows = {{"1"}}}}};
  CHECK(error_text([&] { nn::save_report(ragged, file); }) ==
        "[save_report] a row of 'At the end' has 1 cells; expected 2, as many as its header");
  CHECK(folder.files() == 0);
}

TEST_CASE("where gnuplot fails or the folder cannot be written the older report stays") {
  const TemporaryFolder folder, programs;
  const std::filesystem::path file = folder.path() / "report.html";
  write_text(file, "older");
  const History history = short_history();
  install_gnuplot(programs.path(), "echo '<svg'; exit 3");
  {
    const Environment only_ours("PATH", programs.path().string());
    CHECK(error_text([&] {
            nn::save_report(report_of(history), file);
          }).starts_with("[save_report] `LC_ALL=C.UTF-8 gnuplot < "));
  }
  install_gnuplot(programs.path(), "echo 'something else'");
  const Environment only_ours("PATH", programs.path().string());
  CHECK(error_text([&] { nn::save_report(report_of(history), file); }).find("something else than the SVG") !=
        std::string::npos);
  CHECK(text_of(file) == "older");
  CHECK(folder.files() == 1);

  const std::string error = error_text([&] { nn::save_report({.title = "Iris"}, file / "report.html"); });
  CHECK(error.find("[save_report] '" + (file / "report.html").string() + "' cannot be written") == 0);
  CHECK(text_of(file) == "older");
}
