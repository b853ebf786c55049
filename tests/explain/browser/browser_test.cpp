// The stepper's page in a browser without a window: every key, and every number of every adjoint. Where there is no
// Chromium it says so, and counts as skipped.
#include <autograd/explain/replay/print_replay.hpp>
#include <autograd/explain/stepper/save_stepper.hpp>

#include <doctest/doctest.h>
#include <autograd/base/process.hpp>
#include <autograd/base/write_file.hpp>
#include <nlohmann/json.hpp>
#include <nn/training/report/report.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "../../error_text.hpp"
#include "../networks.hpp"

using namespace wengert;
using namespace wengert::explain_tests;
using nlohmann::json;

namespace {

std::optional<std::string> browser() {
  for (const char* name : {"chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"}) {
    if (base::has_program(name)) return name;
  }
  return std::nullopt;
}

std::string stepper_script() {
  std::ifstream file(WENGERT_SOURCE_DIR "/tests/explain/browser/in_the_browser.js");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Text of an element as it was before it became markup.
std::string unescaped(std::string text) {
  for (const auto& [markup, sign] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
    const std::string written = markup;
    for (std::size_t at = text.find(written); at != std::string::npos; at = text.find(written, at + 1))
      text.replace(at, written.size(), sign);
  }
  return text;
}

/// What a script sees in a page that is `width` wide; it puts JSON between SEEN and NEES.
json seen_in(const std::string& program, std::string page, int width, const std::string& script = stepper_script()) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("wengert_browser_test_{}_{}", std::random_device()(), width);
  page.insert(page.rfind("</body>"), "<script>" + script + "</script>");
  base::write_file("test", folder / "page.html", page);
  const std::string dom = base::output_of(
      "test", fmt::format("{} --headless --no-sandbox --disable-gpu --user-data-dir={} --window-size={},900 "
                          "--virtual-time-budget=30000 --dump-dom {} 2>/dev/null",
                          program, base::shell_word((folder / "profile").string()), width,
                          base::shell_word("file://" + (folder / "page.html").string())));
  std::filesystem::remove_all(folder);
  const std::size_t begin = dom.rfind("SEEN{");
  const std::size_t end = dom.rfind("}NEES");
  REQUIRE_MESSAGE(begin != std::string::npos, "the page's script did not come to its end");
  return json::parse(unescaped(dom.substr(begin + 4, end - begin - 3)));
}

}  // namespace

TEST_CASE("the page in a browser: its keys, its address, and every number of every adjoint") {
  const std::optional<std::string> program = browser();
  if (!program) {
    MESSAGE("no Chromium is here, skipped");
    return;
  }
  const BatchNormExample example;
  Tape<double> tape;
  const Var<double> loss = example.loss(BatchNorm::by_operators);
  const Replay record = replay(tape, loss);
  const json seen = seen_in(*program, stepper_page(record), 1280);

  CHECK(seen["problems"] == json::array());
  CHECK(seen["unnamed"] == 0);
  const std::size_t backward = record.forward.size() + 1, last = record.size();
  CHECK(seen["keys"]["End"] == json{last});
  CHECK(seen["keys"]["Home"] == json{1});
  CHECK(seen["keys"]["ArrowLeft"] == json{last - 1});
  CHECK(seen["keys"]["ArrowRight"] == json{last, std::size_t{2}});
  CHECK(seen["keys"]["PageDown"] == json{backward, last});
  CHECK(seen["keys"]["PageUp"] == json{backward, std::size_t{1}});
  CHECK(seen["playing"] == "true");
  CHECK(seen["paused"] == "false");
  CHECK(seen["chosen"] == fmt::format("#step={}&cell=2,1", last));
  CHECK(seen["below"] == fmt::format("#step={}&cell=3,1", last));
  CHECK(seen["escaped"] == fmt::format("#step={}", last));
  const std::string under = seen["under"].dump();
  for (const char* cell : {"before 2,1", "contribution 2,1", "after 2,1"}) CHECK(contains(under, cell));
  CHECK(!contains(under, "after 3,1"));

  std::size_t compared = 0;
  for (std::size_t slot = 0; slot < record.forward.size(); ++slot) {
    const Array<double> adjoint = tape.gradient(loss, {tape.entry(slot).output})[0];
    const json& shown = seen["adjoints"][record.forward[slot].adjoint.text];
    REQUIRE(shown.size() == adjoint.size());
    for (std::size_t i = 0; i < adjoint.size(); ++i) {
      CHECK(std::abs(shown[i].get<double>() - adjoint.data()[i]) <= 1e-12);
      ++compared;
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("the page in a browser heads each line of a table or none, and gives no norm of what is not finite") {
  const std::optional<std::string> program = browser();
  if (!program) {
    MESSAGE("no Chromium is here, skipped");
    return;
  }
  const Var<double> x = parameter(full<double>({4, 2}, -1.0), "x");
  const Var<double> w = parameter(Array<double>{2.0, 3.0}, "w");
  Tape<double> tape;
  const json seen = seen_in(*program, stepper_page(replay(tape, sum(sqrt(x) * w).named("loss"))), 1280);
  CHECK(seen["problems"] == json::array());
  CHECK(contains(seen["norms"].dump(), "norm not finite"));
}

TEST_CASE("a formula that is wider than a narrow page is reached by the keyboard") {
  const std::optional<std::string> program = browser();
  if (!program) {
    MESSAGE("no Chromium is here, skipped");
    return;
  }
  const Var<double> x = parameter(Array<double>{{0.5, -1.0}, {2.0, 0.25}, {1.0, 3.0}}, "the_input_of_the_network");
  const Var<double> w = parameter(Array<double>{2.0, 3.0}, "the_weight_of_every_column");
  Tape<double> tape;
  const Var<double> scaled = (w * x).named("the_input_times_the_weight");
  const json seen = seen_in(*program, stepper_page(replay(tape, sum(scaled * scaled * w).named("loss"))), 320);
  CHECK(seen["problems"] == json::array());
  CHECK(seen["scrolling"] > 0);
}

TEST_CASE("a term of a formula under the pointer lights the edges of the graph that it comes along") {
  const std::optional<std::string> program = browser();
  if (!program) {
    MESSAGE("no Chromium is here, skipped");
    return;
  }
  const Var<double> x = parameter(Array<double>{{0.5, -1.0}, {2.0, 0.25}, {1.0, 3.0}, {0.0, -0.5}}, "x");
  const Var<double> w = parameter(Array<double>{2.0, 3.0}, "w");
  Tape<double> tape;
  const Var<double> a = tanh(x).named("a");
  const Var<double> p = (a * w).named("p");
  const Var<double> q = (p + a).named("q");
  const Var<double> loss = sum(q).named("loss");
  const Replay record = replay(tape, loss);
  const json lit = seen_in(*program, stepper_page(record), 1280)["lit"];

  CHECK(lit[0] == json{{"x", json::array()}});
  CHECK(lit[1] == json{{"a", {"x -> a"}}, {"x", {"x -> a"}}});
  CHECK(lit[3] == json{{"p", {"a -> p", "w -> p"}}, {"a", {"a -> p"}}, {"w", {"w -> p"}}});
  for (std::size_t k = 0; k < record.backward.size(); ++k) {
    const BackwardStep& step = record.backward[k];
    const json& of_step = lit[record.forward.size() + k];
    const auto name = [&](std::size_t slot) { return record.forward[slot].name.text; };
    CAPTURE(step_text(record, record.forward.size() + k + 1));
    if (step.through) CHECK(contains(of_step.dump(), name(step.target) + " -> " + name(*step.through)));
    else CHECK(of_step == json{{"dloss", json::array()}});
    if (step.target == 1 && !step.is_first()) CHECK(of_step["da"].size() == 2);  // by way of p, and to q itself
  }
}

TEST_CASE("the graph in a browser folds layers, and a step shows its layer and the line that names it") {
  const std::optional<std::string> program = browser();
  if (!program) {
    MESSAGE("no Chromium is here, skipped");
    return;
  }
  const Var<double> x = parameter(Array<double>{{0.5, -1.0}, {2.0, 0.25}, {1.0, 3.0}, {0.0, -0.5}}, "x");
  Tape<double> tape;
  Var<double> h = x;
  const auto layer = [&h](const std::string& name) {
    const Scope scope(name);
    for (int k = 0; k < 11; ++k) h = tanh(h);
  };
  layer("0.First");
  layer("1.Second");
  layer("2.Third");
  const Var<double> loss = sum(h).named("loss");
  const unsigned line = __LINE__ - 1;
  const json seen = seen_in(*program, stepper_page(replay(tape, loss)), 1280);

  CHECK(seen["problems"] == json::array());
  REQUIRE(seen["graphs"].size() == 3);
  CHECK(seen["graphs"][0]["says"] == "Unfold the layers");
  // x is used first, and so recorded, in the first layer
  CHECK(seen["graphs"][0]["boxes"] == json{"0.First", "1.Second", "2.Third", "loss"});
  CHECK(seen["graphs"][1]["boxes"].size() == 12 + 3);
  CHECK(seen["graphs"][2]["says"] == "Fold the layers");
  CHECK(seen["graphs"][2]["boxes"].size() == 1 + 33 + 1);
  CHECK(contains(seen["origins"][1].get<std::string>(), "in 0.First"));
  const std::string of_loss = seen["origins"][34];
  CHECK(contains(of_loss, fmt::format("browser_test.cpp:{}", line)));
  CHECK(contains(of_loss, "const Var<double> loss = sum(h).named(\"loss\");"));
}

TEST_CASE("the page fits the narrowest window that Chromium makes") {
  const std::optional<std::string> program = browser();
  if (!program) {
    MESSAGE("no Chromium is here, skipped");
    return;
  }
  const BatchNormExample example;
  Tape<double> tape;
  const json seen = seen_in(*program, stepper_page(replay(tape, example.loss(BatchNorm::fused))), 500);
  CHECK(seen["problems"] == json::array());
  CHECK(seen["size"] <= 0);
}

TEST_CASE("a report in a narrow browser is no wider than its window, whatever its tables are called") {
  const std::optional<std::string> program = browser();
  if (!program) {
    MESSAGE("no Chromium is here, skipped");
    return;
  }
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("wengert_report_{}", std::random_device()());
  const std::string without = "a network without batch normalisation", with = "a network with batch normalisation";
  nn::save_report({.title = "Iris",
                   .tables = {{.caption = "After the last complete epoch",
                               .header = {"", without, with},
                               .rows = {{"val_loss", "0.25", "0.125"}, {"val_accuracy", "0.75", "0.875"}}}}},
                  folder / "report.html");
  std::ifstream file(folder / "report.html");
  std::ostringstream page;
  page << file.rdbuf();
  std::filesystem::remove_all(folder);
  CHECK(!contains(page.str(), "></th>"));  // a heading that says nothing
  // A frame, because a window cannot be as narrow as a telephone.
  const std::string script = R"(
    const report = document.documentElement.outerHTML, frame = document.createElement("iframe");
    frame.width = 320;
    frame.style.border = 0;
    frame.onload = () => {
      const seen = {window: frame.contentWindow.innerWidth, page: frame.contentDocument.documentElement.scrollWidth};
      document.body.append("SEEN" + JSON.stringify(seen) + "NEES");
    };
    frame.srcdoc = report.replace(/<script>.*<\/script>/s, "");
    document.body.append(frame);)";
  const json seen = seen_in(*program, page.str(), 800, script);
  CHECK(seen["window"] == 320);
  CHECK(seen["page"] <= 320);
}
